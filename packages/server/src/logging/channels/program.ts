import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type Channel, writeTo } from "../channel.ts";

interface Running {
  readonly child: ChildProcessByStdio<Writable, null, Readable>;
  /** Resolves with what it said last, when it has ended. */
  readonly ended: Promise<string>;
}

/** A program that reads lines: started with the first of them, and again after it has ended. */
export function openProgram(path: string, args: readonly string[]): Channel {
  let running: Running | undefined;
  return {
    async send(lines) {
      running ??= await start(path, args);
      const { child, ended } = running;
      if (child.stdin.writable && (await isTaken(child.stdin, lines.join("")))) return;
      child.kill();
      running = undefined;
      throw new Error(`${path} has ended: ${await ended}`);
    },
    async close() {
      running?.child.stdin.end();
      await running?.ended;
    },
  };
}

async function start(path: string, args: readonly string[]): Promise<Running> {
  const child = spawn(path, args, {
    stdio: ["pipe", "ignore", "pipe"],
    // The server's own may hold keys.
    env: { PATH: process.env.PATH },
    // Ctrl-C does not end it before the server has said its last.
    detached: true,
  });
  await once(child, "spawn");
  let lastWords = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (lastWords = text.trim().slice(-200)));
  child.stdin.on("error", () => {});
  // The server waits for it where it is closed, and nowhere else.
  for (const part of [child, child.stdin, child.stderr]) (part as { unref?(): void }).unref?.();
  return { child, ended: once(child, "close").then(() => lastWords) };
}

const isTaken = (stdin: Writable, text: string) =>
  writeTo(stdin, text).then(
    () => true,
    () => false,
  );
