import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

export const BIN = fileURLToPath(new URL("../../bin/drett-server.js", import.meta.url));

interface ChildOptions {
  readonly directory: string;
  readonly env?: { readonly [name: string]: string };
  /** What it is started by, such as a program that limits it. */
  readonly under?: readonly string[];
  /** As whom it runs; as whom the tests do, where nobody is named. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
}

/** The server as it is installed, in a process of its own. */
export class ChildServer {
  readonly process: ChildProcess;
  readonly lines: string[] = [];
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<number | string>;
  url = "";
  #pid: number | undefined;
  #heard: () => void = () => {};

  constructor({ directory, env = {}, under = [], user }: ChildOptions) {
    const [command = process.execPath, ...args] = [...under, process.execPath, BIN, directory] as string[];
    const environment = { PATH: process.env.PATH, DRETT_PORT: "0", ...env };
    this.process = spawn(command, args, { env: environment, ...user });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (stream) createInterface(stream).on("line", (line) => this.#hear(line));
    }
    this.ended = once(this.process, "close").then(([code, signal]) => (code ?? signal) as number | string);
    void this.ended.then(() => this.#heard());
  }

  /** Resolves when it listens; rejects with what it said when it ends before. */
  static async start(t: TestContext, options: ChildOptions): Promise<ChildServer> {
    const child = new ChildServer(options);
    t.after(async () => {
      child.process.kill("SIGKILL");
      await child.ended;
    });
    const [, url = ""] = await child.says(/listens on (https?:\S+),/);
    child.url = url;
    return child;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get pid(): number {
    return this.#pid ?? (this.process.pid as number);
  }

  /** Resolves with the first line that fits, said before or later. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (let place = 0; ; place++) {
      while (place >= this.lines.length) {
        if (this.process.exitCode !== null || this.process.signalCode !== null) {
          await this.ended;
          if (place >= this.lines.length) throw new Error(`it ended: ${this.lines.join("\n")}`);
        } else await new Promise<void>((resolve) => (this.#heard = resolve));
      }
      const match = pattern.exec(this.lines[place] as string);
      if (match) return match;
    }
  }

  async send(method: "GET" | "POST", path: string, body?: object): Promise<ChildAnswer> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: await response.text(),
    };
  }

  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    this.process.kill(signal);
    return this.ended;
  }

  #hear(line: string): void {
    this.lines.push(line);
    this.#heard();
  }
}

export interface ChildAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
}

/** A directory of its own, gone after the test. */
export function temporaryDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "drett-test-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
