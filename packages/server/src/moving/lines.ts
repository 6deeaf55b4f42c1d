import { createReadStream, createWriteStream, renameSync, rmSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const NEWLINE = 0x0a;

/** The lines of a file, or of standard input. Node's own reader would also break them within a text, at U+2028. */
export async function* readLines(file: string | undefined): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of file === undefined ? process.stdin : createReadStream(file)) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      yield bytes.toString("utf8", start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}

/** Writes to standard output, or to a file that is there only once it is whole. */
export async function writeLines(lines: AsyncIterable<string>, file: string | undefined): Promise<void> {
  const text = Readable.from(withNewlines(lines));
  if (file === undefined) return pipeline(text, process.stdout, { end: false });
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(text, createWriteStream(unfinished, { flush: true }));
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}
