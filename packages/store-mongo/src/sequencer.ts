import type { Chain } from "./chain.ts";
import type { Database } from "./database.ts";

/** How often to look for what other processes committed. */
const POLL_MS = 250;
/** Between two looks under load: the more there is at a time, the less each fact costs. */
const PACE_MS = 100;
/** What nobody has put into the feed for so long, nobody will: the one who should is gone, or stands still. */
const STALL_MS = 1_500;

export interface SequencerOptions {
  readonly database: Database;
  readonly chain: Chain;
  /** Hears up to where the feed is durable. */
  onAppended(end: number): void;
  /** Runs with no commit of this process beside it, where the database needs that. */
  alone<Result>(run: () => Promise<Result>): Promise<Result>;
}

/**
 * Sees to it that all facts get into the feed. Of several servers one appends; the others watch that it does, and the
 * first to see that nothing moves takes its place. That two append at once costs time, and does no harm.
 */
export class Sequencer {
  readonly #options: SequencerOptions;
  readonly #stopped = new AbortController();
  #isLeading = true;
  #oldest: { stamp: string; since: number } | undefined;
  #wake: (() => void) | undefined;
  #isWoken = false;
  #running: Promise<void> | undefined;
  /** Why the last attempt did not succeed. */
  trouble: unknown;

  constructor(options: SequencerOptions) {
    this.#options = options;
  }

  /** The first attempt is part of it, so that a feed that was left behind goes on at once. */
  async start(): Promise<void> {
    await this.#append();
    this.#running = this.#run();
  }

  /** Facts were committed here. */
  wake(): void {
    this.#isWoken = true;
    if (this.#isLeading) this.#wake?.();
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#running;
    this.#options.chain.forget();
  }

  async #run(): Promise<void> {
    let more = false;
    while (!this.#stopped.signal.aborted) {
      if (!more) await this.#pause(POLL_MS, () => this.#isWoken && this.#isLeading);
      const started = performance.now();
      this.#isWoken = false;
      more = await this.#turn();
      if (!more) await this.#pause(PACE_MS - (performance.now() - started), () => false);
    }
  }

  /** Whether there is more to do at once. */
  async #turn(): Promise<boolean> {
    if (this.#stopped.signal.aborted) return false;
    try {
      this.#isLeading ||= await this.#isStalled();
      const more = this.#isLeading && (await this.#append());
      this.trouble = undefined;
      return more;
    } catch (error) {
      this.trouble = error;
      return false;
    }
  }

  async #append(): Promise<boolean> {
    const options = this.#options;
    const appended = await options.alone(() => options.chain.append());
    this.#isLeading = appended !== undefined;
    if (appended) options.onAppended(appended.end);
    return appended?.more ?? false;
  }

  /** By this process's own clock, so that no two clocks have to agree. */
  async #isStalled(): Promise<boolean> {
    const { records } = this.#options.database;
    const [oldest] = await records
      .find({ "untold.stamp": { $exists: true } }, { projection: { untold: 1 } })
      .sort({ "untold.stamp": 1 })
      .limit(1)
      .toArray();
    const stamp = oldest?.untold?.[0]?.stamp;
    if (stamp === undefined || stamp !== this.#oldest?.stamp) {
      this.#oldest = stamp === undefined ? undefined : { stamp, since: performance.now() };
      return false;
    }
    return performance.now() - this.#oldest.since > STALL_MS;
  }

  async #pause(ms: number, isOver: () => boolean): Promise<void> {
    if (ms <= 0 || isOver() || this.#stopped.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!isOver() && !this.#stopped.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
