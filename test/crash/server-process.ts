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
  /** Whether to wait until it is ready, or only until it listens. */
  readonly untilReady?: boolean;
  /** Over what it has anyway. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** How a process ended: by its exit code, or by a signal. */
export type End = number | NodeJS.Signals;

/** A server in a process of its own, as a user would start it. */
export class ServerProcess implements Disposable {
  readonly url: string;
  /** From the start of the process until it listened, or answered that it is ready. */
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
    { atPoint = false, under = [], untilReady = true, environment = {} }: StartOptions = {},
  ): Promise<ServerProcess> {
    const started = performance.now();
    const command = [...under, process.execPath, atPoint ? SERVER_AT_POINT : SERVER, directory];
    const child = spawn(command[0] as string, command.slice(1), {
      env: { ...ownEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe", atPoint ? "ipc" : "ignore"],
    });
    const output = new Output(child);
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    while (performance.now() - started < START_MS && isRunning(child)) {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.stdout) ?? [];
      if (url !== undefined && (!untilReady || (await isReady(url)))) {
        // Under strace the child is strace; the file of the store names the server.
        const pid =
          under.length > 0
            ? Number(readFileSync(join(directory, "server.pid"), "utf8"))
            : (child.pid as number);
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

  /** Stops it where it is, so that it neither answers nor ends, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    if (isRunning(this.#child)) process.kill(this.#pid, signal);
  }

  /** However a test ends, nothing goes on. */
  [Symbol.dispose](): void {
    this.kill();
  }

  /** Tells it to stop as an operator does. */
  stop(): void {
    if (isRunning(this.#child)) process.kill(this.#pid, "SIGTERM");
  }

  /** Resolves when it is gone; rejects where something else than SIGKILL ended it, or nothing did. */
  async died(): Promise<void> {
    const end = await this.ended(AbortSignal.timeout(DEATH_MS));
    if (end !== "SIGKILL") throw new Error(`the server ended by itself (${end}): ${this.lastWords}`);
  }

  /** Resolves when it is gone, however that came. */
  async ended(late?: AbortSignal): Promise<End> {
    if (isRunning(this.#child)) await once(this.#child, "exit", { signal: late });
    return this.#child.signalCode ?? (this.#child.exitCode as number);
  }

  /** The last that it said to its operator. */
  get lastWords(): string {
    return this.#output.stderr.slice(-2_000);
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
function ownEnvironment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith("DRETT_"));
  return {
    ...Object.fromEntries(others),
    DRETT_PORT: "0",
    DRETT_LOG_LEVEL: "warn",
    DRETT_SWEEP: "1s",
  };
}
