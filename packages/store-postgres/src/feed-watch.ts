import type { Row } from "./rows.ts";

export interface FeedWatchOptions {
  readonly schema: string;
  /** For how long a transaction may hold back the feed before there is a warning. */
  readonly warnAfterMs: number;
  ask(text: string): Promise<readonly Row[]>;
  warn(message: string): void;
}

/**
 * Looks out for a transaction that holds back the feed: whoever's it is, and in whichever database of the server, what
 * was committed after it began is served only once it has ended.
 */
export class FeedWatch {
  readonly #options: FeedWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #oldest: string | undefined;
  #since = 0;
  #warned = false;

  constructor(options: FeedWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, options.warnAfterMs / 2).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    try {
      const [[oldest, isWaiting] = []] = await this.#options.ask(waitingIn(this.#options.schema));
      if (oldest !== this.#oldest) this.#goesOn(oldest as string);
      if (isWaiting === "t" && !this.#warned && this.#heldMs() >= this.#options.warnAfterMs)
        await this.#warn();
    } catch {
      // A database that does not answer shows where it is needed.
    }
  }

  #goesOn(oldest: string): void {
    if (this.#warned) this.#options.warn(`the feed goes on; it was held back for ${this.#heldSeconds()} s`);
    this.#oldest = oldest;
    this.#since = performance.now();
    this.#warned = false;
  }

  async #warn(): Promise<void> {
    this.#warned = true;
    const [[who = "somebody who does not show in pg_stat_activity"] = []] = await this.#options.ask(
      holderOf(this.#oldest as string),
    );
    this.#options.warn(
      `the feed is held back since ${this.#heldSeconds()} s by transaction ${this.#oldest} of ${who}: end it; nothing is lost, and nothing else stops`,
    );
  }

  #heldMs = () => performance.now() - this.#since;
  #heldSeconds = () => Math.round(this.#heldMs() / 1_000);
}

/** The oldest transaction that runs, and whether anything waits for it. */
const waitingIn = (schema: string) => `
WITH oldest AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS id)
SELECT id, EXISTS (SELECT FROM ${schema}.event WHERE transaction >= id::text::bigint + (SELECT shift FROM ${schema}.meta))
FROM oldest`;

/** Process and name may be read by everybody, also of other people's sessions. */
const holderOf = (id: string) => `
SELECT format('process %s (%s, database %s)', pid, coalesce(nullif(application_name, ''), 'without a name'), datname)
FROM pg_stat_activity WHERE backend_xid = '${id}'::xid8::xid
UNION ALL
SELECT format('the prepared transaction %L (database %s)', gid, database)
FROM pg_prepared_xacts WHERE transaction = '${id}'::xid8::xid`;
