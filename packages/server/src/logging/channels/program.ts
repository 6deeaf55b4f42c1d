import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type Channel, writeTo } from "../channel.ts";

type Child = ChildProcessByStdio<Writable, null, Readable>;

/** A program that reads lines: started with the first of them, and again after it has ended. */
export function openProgram(path: string, args: readonly string[]): Channel {
  let child: Child | undefined;
  let lastWords = "";

  async function started(): Promise<Child> {
    const next = spawn(path, args, {
      stdio: ["pipe", "ignore", "pipe"],
      // The server's own may hold keys.
      env: { PATH: process.env.PATH },
      // Ctrl-C does not end it before the server has said its last.
      detached: true,
    });
    await once(next, "spawn");
    next.stdin.on("error", () => {});
    next.stderr.setEncoding("utf8").on("data", (text: string) => (lastWords = text.trim().slice(-200)));
    for (const part of [next, next.stdin, next.stderr]) (part as { unref?(): void }).unref?.();
    return next;
  }
  return {
    async send(lines) {
      if (child && !isRunning(child)) {
        child = undefined;
        throw new Error(`${path} has ended: ${lastWords}`);
      }
      child ??= await started();
      await writeTo(child.stdin, lines.join(""));
    },
    async close() {
      if (!child || !isRunning(child)) return;
      const ended = once(child, "exit");
      child.stdin.end();
      await ended;
    },
  };
}

const isRunning = ({ exitCode, signalCode }: Child) => exitCode === null && signalCode === null;
