import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { TcpProxy } from "@drett/conformance";
import { ServerProcess } from "../crash/server-process.ts";
import type { Database } from "./database.ts";
import { NEVER_MS } from "./until.ts";

const RESTART_AFTER_MS = 100;

export interface Seating {
  readonly number: number;
  readonly database: Database;
  /** Of the database in it that the servers share. */
  readonly name: string;
  /** Of its own. */
  readonly directory: string;
  /** Beside the configuration of its database. */
  readonly files?: { readonly [file: string]: string };
  readonly environment?: NodeJS.ProcessEnv;
}

/** Where one of the servers runs: its configuration, its way to the database, and whichever process serves now. */
export class Seat implements AsyncDisposable {
  readonly number: number;
  readonly proxy: TcpProxy;
  /** What was wrong with the processes that ran here. */
  readonly faults: string[] = [];
  /** Which process it is: the first, the second, … */
  life = 0;
  readonly #directory: string;
  readonly #environment: NodeJS.ProcessEnv;
  #server: ServerProcess | undefined;
  #starting: Promise<void> | undefined;

  private constructor(proxy: TcpProxy, { number, directory, environment = {} }: Seating) {
    this.number = number;
    this.proxy = proxy;
    this.#directory = directory;
    this.#environment = environment;
  }

  static async prepare(seating: Seating): Promise<Seat> {
    const { database, name, directory, files = {} } = seating;
    const proxy = await TcpProxy.start(database.address);
    mkdirSync(directory);
    const texts = { ...database.configuration(proxy.port, name), ...files };
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(directory, file), text);
    return new Seat(proxy, seating);
  }

  /** Where it can be reached; nothing while no process serves. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  /** As whatever looks after services does it: again and again, until it runs. */
  start(): Promise<void> {
    this.#starting ??= this.#startUntilItRuns().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** kill -9, without a word. */
  async kill(): Promise<void> {
    await this.#starting;
    const server = this.#leave();
    server?.kill();
    await server?.died();
    this.#examine(server);
  }

  /** SIGTERM; it may have to end itself where the database is away. */
  async stop(): Promise<void> {
    await this.#starting;
    const server = this.#leave();
    server?.stop();
    const end = await server?.ended(AbortSignal.timeout(NEVER_MS));
    const isForced = end === 1 && server?.lastWords.includes("did not stop within");
    if (server && end !== 0 && !isForced)
      this.faults.push(`told to stop, it ended with ${end}: ${server.lastWords}`);
    this.#examine(server);
  }

  /** Stops the process where it is, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#server?.signal(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Whoever waited for a start that failed has been told.
    await this.#starting?.catch(() => {});
    await this.kill();
    await this.proxy.close();
  }

  async #startUntilItRuns(): Promise<void> {
    for (const began = performance.now(); this.#server === undefined; await pause(RESTART_AFTER_MS)) {
      try {
        const server = await ServerProcess.start(this.#directory, {
          untilReady: false,
          environment: this.#environment,
        });
        this.life++;
        this.#server = server;
        void this.#watch(server);
        return;
      } catch (error) {
        const { message } = error as Error;
        if (/\n +at /.test(message)) this.faults.push(`a start failed without a definite error: ${message}`);
        if (performance.now() - began > NEVER_MS) throw error;
      }
    }
  }

  /** From now on its end is no surprise. */
  #leave(): ServerProcess | undefined {
    const server = this.#server;
    this.#server = undefined;
    return server;
  }

  async #watch(server: ServerProcess): Promise<void> {
    const end = await server.ended();
    if (this.#server !== server) return;
    this.#leave();
    this.faults.push(`server ${this.number} ended by itself (${end}): ${server.lastWords}`);
    // Where it cannot be started again, what waits for it says so.
    await this.start().catch(() => {});
  }

  #examine(server: ServerProcess | undefined): void {
    const mistakes = server?.complaints.filter((line) => line.includes("drett made a mistake")) ?? [];
    this.faults.push(...mistakes.map((line) => `server ${this.number}: ${line}`));
  }
}
