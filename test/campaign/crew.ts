import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { EngineOrder } from "./engine.ts";
import { type Note, notesIn } from "./note.ts";

const PROGRAM = fileURLToPath(new URL("./engine.ts", import.meta.url));
const FINISH_MS = 60_000;

/** One engine process, from its start to its death, in milliseconds since 1970. */
export interface EngineLife {
  readonly name: string;
  readonly began: number;
  readonly died?: number;
  /** Whether it finished what it had begun, once it was told to. */
  readonly hasFinished: boolean;
  /** When it could not run: it was stopped. */
  readonly stops: readonly { readonly from: number; readonly to: number }[];
  readonly notes: readonly Note[];
}

interface Member {
  readonly order: EngineOrder;
  readonly child: ChildProcess;
  readonly began: number;
  readonly stops: { from: number; to: number }[];
  died?: number;
  hasFinished: boolean;
}

export interface CrewOptions {
  readonly seed: number;
  readonly count: number;
  readonly urls: readonly string[];
  readonly cloud: string;
  /** Of its own, for what the engines write down. */
  readonly directory: string;
}

/** The engines: so many at a time, and each that dies is followed by another one. */
export class Crew implements AsyncDisposable {
  readonly faults: string[] = [];
  readonly #options: CrewOptions;
  readonly #members: Member[] = [];
  /** However the campaign ends, none goes on. */
  readonly #end = () => {
    for (const { child } of this.#living) child.kill("SIGKILL");
  };

  constructor(options: CrewOptions) {
    this.#options = options;
    mkdirSync(options.directory);
    process.once("exit", this.#end);
    for (let number = 0; number < options.count; number++) this.#hire();
  }

  get lives(): readonly EngineLife[] {
    return this.#members.map(({ order, began, died, hasFinished, stops }) => ({
      name: order.name,
      began,
      ...(died !== undefined && { died }),
      hasFinished,
      stops,
      notes: notesIn(order.notes),
    }));
  }

  /** kill -9; another one comes in its place. `choice` is from 0 to 1. */
  kill(choice: number): void {
    const member = this.#pick(choice);
    member.died = Date.now();
    member.child.kill("SIGKILL");
    this.#hire();
  }

  /** Stops one where it is; the function that it returns lets it go on. */
  stop(choice: number): () => void {
    const { child, stops } = this.#pick(choice);
    const stop = { from: Date.now(), to: Number.POSITIVE_INFINITY };
    stops.push(stop);
    child.kill("SIGSTOP");
    return () => {
      child.kill("SIGCONT");
      stop.to = Date.now();
    };
  }

  /** Resolves when each has finished what it had begun; what does not is a fault. */
  async finish(): Promise<void> {
    const late = AbortSignal.timeout(FINISH_MS);
    await Promise.all(
      this.#living.map(async (member) => {
        member.child.send("finish");
        try {
          await once(member.child, "message", { signal: late });
          member.hasFinished = true;
        } catch {
          this.faults.push(`engine ${member.order.name} did not finish within ${FINISH_MS / 1_000} s`);
        }
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off("exit", this.#end);
    await Promise.all(
      this.#living.map(async (member) => {
        const exit = once(member.child, "exit");
        member.died = Date.now();
        member.child.kill("SIGKILL");
        await exit;
      }),
    );
  }

  get #living(): readonly Member[] {
    return this.#members.filter(({ died }) => died === undefined);
  }

  #pick(choice: number): Member {
    const member = this.#living[Math.floor(choice * this.#living.length)];
    if (!member) throw new Error(`no engine is left: ${this.faults.join("; ")}`);
    return member;
  }

  #hire(): void {
    const { seed, urls, cloud, directory } = this.#options;
    const name = `engine-${this.#members.length}`;
    const order = { name, seed: `${seed}/${name}`, urls, cloud, notes: join(directory, `${name}.jsonl`) };
    const child = spawn(process.execPath, [PROGRAM, JSON.stringify(order)], {
      env: withoutDrett(),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const member: Member = { order, child, began: Date.now(), stops: [], hasFinished: false };
    this.#members.push(member);
    this.#watch(member);
  }

  /** Nobody but the campaign ends one. */
  #watch(member: Member): void {
    let words = "";
    member.child.stderr?.on("data", (said) => (words = `${words}${said}`.slice(-2_000)));
    member.child.once("exit", (code, signal) => {
      if (member.died !== undefined) return;
      member.died = Date.now();
      this.faults.push(`engine ${member.order.name} ended by itself (${code ?? signal}): ${words}`);
    });
  }
}

const withoutDrett = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("DRETT_")));
