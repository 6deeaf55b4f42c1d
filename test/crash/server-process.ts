import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Point } from "./server-at-point.ts";

const path = (place: string) => fileURLToPath(new URL(place, import.meta.url));
const SERVER = path("../../packages/server/bin/drett-server.js");
const SERVER_AT_POINT = path("./server-at-point.ts");
const START_MS = 60_000;
const DEATH_MS = 20_000;

export interface StartOptions {
  /** The entry that can be told to die at a named point. */
  readonly atPoint?: boolean;
  /** A command that runs the server, such as strace. */
  readonly under?: readonly string[];
}

/** A server in a process of its own, as a user would start it. */
export class ServerProcess implements Disposable {
  readonly url: string;
  /** From the start of the process until it answered that it is ready. */
  readonly readyMs: number;
  readonly #child: ChildProcess;
  readonly #output: Output;
  readonly #pid: number;

  private constructor(child: ChildProcess, output: Output, pid: number, url: string, readyMs: number) {
    this.#child = child;
    this.#output = output;
    this.#pid = pid;
    this.url = url;
    this.readyMs = readyMs;
  }

  static async start(
    directory: string,
    { atPoint = false, under = [] }: StartOptions = {},
  ): Promise<ServerProcess> {
    const started = performance.now();
    const command = [...under, process.execPath, atPoint ? SERVER_AT_POINT : SERVER, directory];
    const child = spawn(command[0] as string, command.slice(1), {
      env: environment(),
      stdio: ["ignore", "pipe", "pipe", atPoint ? "ipc" : "ignore"],
    });
    const output = new Output(child);
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    while (performance.now() - started < START_MS && isRunning(child)) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? [];
      if (url !== undefined && (await isReady(url))) {
        // Under strace the child is strace; the file of the store names the server.
        const pid = Number(readFileSync(join(directory, "server.pid"), "utf8"));
        return new ServerProcess(child, output, pid, url, performance.now() - started);
      }
      await pause(5);
    }
    end();
    throw new Error(`the server did not become ready: ${output.stderr || "it says nothing"}`);
  }

  /** What it logged as its own mistake, or as trouble with its store. */
  get complaints(): readonly string[] {
    return this.#output.stderr.split("\n").filter((line) => line.startsWith('{"level":"error"'));
  }

  /** It dies by its own hand when it next comes there. */
  dieAt(point: Point): void {
    this.#child.send(point);
  }

  /** kill -9, without a word. */
  kill(): void {
    if (isRunning(this.#child)) process.kill(this.#pid, "SIGKILL");
  }

  /** However a test ends, nothing goes on. */
  [Symbol.dispose](): void {
    this.kill();
  }

  /** Resolves when it is gone; rejects where something else than SIGKILL ended it, or nothing did. */
  async died(): Promise<void> {
    const late = AbortSignal.timeout(DEATH_MS);
    if (isRunning(this.#child)) await once(this.#child, "exit", { signal: late });
    const { exitCode, signalCode } = this.#child;
    if (signalCode === "SIGKILL") return;
    throw new Error(`the server ended by itself (${signalCode ?? exitCode}): ${this.#output.stderr}`);
  }
}

/** What a process has said so far, the last of it. */
class Output {
  stdout = "";
  stderr = "";

  constructor(child: ChildProcess) {
    child.stdout?.on("data", (data) => (this.stdout = `${this.stdout}${data}`.slice(-10_000)));
    child.stderr?.on("data", (data) => (this.stderr = `${this.stderr}${data}`.slice(-100_000)));
  }
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Nothing of drett's from outside; a sweep every second, so that it is under way too. */
function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("DRETT_"));
  return {
    ...Object.fromEntries(others),
    DRETT_PORT: "0",
    DRETT_LOG_LEVEL: "warn",
    DRETT_SWEEP: "1s",
  };
}
