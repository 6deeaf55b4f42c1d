import { pause } from "@drett/core";
import { Bell } from "./bell.ts";
import type { Chain } from "./chain.ts";
import { factsIn, writerOf } from "./marks.ts";
import type { Registry } from "./registry.ts";
import type { Rescue } from "./rescue.ts";

/** How often to look for what guests brought, and what other writers left behind. */
const POLL_MS = 250;
/** Between two chunks under load: the more facts are in one, the less each costs. */
const PACE_MS = 100;
/** Records whose facts go into one chunk. */
const RECORDS = 5_000;
/** Others may be faster so many times in a row. */
const TRIES = 20;

export interface FeederOptions {
  readonly chain: Chain;
  readonly registry: Registry;
  readonly rescue: Rescue;
  /** Hears up to where the feed is durable. */
  onAppended(end: number): void;
  /** Runs with no commit of this process beside it, where the database needs that. */
  alone<Result>(run: () => Promise<Result>): Promise<Result>;
}

/** Gets the facts into the feed: those of this process, and those that nobody else will tell any more. */
export class Feeder {
  readonly #options: FeederOptions;
  readonly #stopped = new AbortController();
  readonly #bell = new Bell();
  #running: Promise<void> | undefined;
  /** Why the last attempt did not succeed. */
  trouble: unknown;

  constructor(options: FeederOptions) {
    this.#options = options;
  }

  /** What was left behind is in the feed when this resolves. */
  async start(): Promise<void> {
    await this.#options.chain.readOn();
    await this.#lookAround({ atOnce: true });
    this.#running = this.#run();
  }

  /** Facts were committed here. */
  wake(): void {
    this.#bell.ring();
  }

  /** Tells what is left to tell, and says goodbye. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    try {
      if (this.trouble === undefined && (await this.#tell())) await this.#options.registry.depart();
    } catch {
      // Others will tell it: the records are marked.
    }
    this.#options.chain.endSession();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let looked = performance.now();
    while (!signal.aborted) {
      await this.#bell.rings(Math.max(0, looked + POLL_MS - performance.now()), signal);
      if (signal.aborted) return;
      const started = performance.now();
      const isTime = started - looked >= POLL_MS;
      await this.#attempt(async () => {
        await this.#tell();
        if (isTime) await this.#lookAround({ atOnce: false });
      });
      if (isTime) looked = started;
      await pause(PACE_MS - (performance.now() - started), signal);
    }
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error;
      this.#options.chain.endSession();
    }
  }

  /** Returns whether all is told. */
  async #tell(): Promise<boolean> {
    const { chain, registry } = this.#options;
    for (let tries = 0; tries < TRIES; ) {
      const writer = registry.own;
      const telling = writer.next(RECORDS);
      if (!telling) return writer.flushes === 0;
      const rescued = telling.before.filter(
        (group) => writerOf(group.flush) !== writer.name && !chain.isTold(group, group.records[0] as string),
      );
      const heard = { writer: writer.name, upTo: telling.upTo };
      if (factsIn(rescued) + factsIn(telling.groups) === 0) writer.told(telling.upTo);
      else if (await this.#alone(() => chain.append({ rescued, groups: telling.groups, heard }))) {
        this.#options.onAppended(chain.end);
        tries = 0;
      } else {
        tries++;
        await chain.readOn();
      }
    }
    return false;
  }

  async #lookAround({ atOnce }: { atOnce: boolean }): Promise<void> {
    const { rescue, chain } = this.#options;
    while (await this.#alone(() => rescue.run(atOnce))) this.#options.onAppended(chain.end);
  }

  #alone<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#options.alone(run);
  }
}
