import { close, constants, open, openSync, write } from "node:fs";
import { promisify } from "node:util";
import type { Channel } from "../channel.ts";

const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK } = constants;
/** Without waiting: to open a named pipe that nobody reads would stop the server. */
const FLAGS = O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK;
const MODE = 0o640;

/** Lines at the end of a file, which is created where it is missing; throws where that cannot be. */
export function openFile(path: string): Channel {
  let file = openSync(path, FLAGS, MODE);
  const channel = inTurn(appendTo(() => file));
  return {
    ...channel,
    reopen: () =>
      channel.run(async () => {
        const before = file;
        file = await promisify(open)(path, FLAGS, MODE);
        await promisify(close)(before);
      }),
    close: () => channel.run(() => promisify(close)(file)),
  };
}

/** The same on a file that is open already, and stays so. */
export function appendToDescriptor(descriptor: number): Channel {
  return { send: appendTo(() => descriptor), close: () => Promise.resolve() };
}

/** Goes on where it was when the disk is full in the middle of a batch and has room again. */
function appendTo(file: () => number): Channel["send"] {
  let begun = { file: -1, bytes: 0 };
  return async (lines) => {
    const bytes = Buffer.from(lines.join(""));
    if (begun.file !== file()) begun = { file: file(), bytes: 0 };
    while (begun.bytes < bytes.length) {
      begun.bytes += (await promisify(write)(begun.file, bytes, begun.bytes)).bytesWritten;
    }
    begun.bytes = 0;
  };
}

/** One thing after the other, so that no file is closed under a write. */
function inTurn(send: Channel["send"]) {
  let last: Promise<void> = Promise.resolve();
  const run = (next: () => Promise<void>) => (last = last.then(next, next));
  return { run, send: (lines: readonly string[]) => run(() => send(lines)) };
}
