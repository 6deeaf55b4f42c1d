import type { Change } from "@drett/core";
import { Chain } from "./chain.ts";
import type { Database } from "./database.ts";
import type { Durability } from "./durability.ts";
import { Feeder } from "./feeder.ts";
import { Loads } from "./loads.ts";
import { GUESTS, groupsOf, type Mark, writerOf } from "./marks.ts";
import type { Loaded } from "./reading.ts";
import { Registry } from "./registry.ts";
import { Rescue } from "./rescue.ts";
import type { Stamps } from "./stamps.ts";
import type { Turns } from "./turns.ts";

/** In whose name a process writes, and what becomes of it in the feed. */
export interface Hand {
  /** Why the feed does not go on, where that is so. */
  readonly trouble: unknown;
  /** Sees what was loaded. Returns whether some of it may not be durable yet. */
  note(loaded: readonly Loaded[]): Promise<boolean>;
  /** Names the next flush. */
  begin(): Promise<string>;
  /** Whether the feed has told all that the record had at that version. */
  isTold(change: Change): boolean;
  /** Those were applied; nothing: some may have been applied or not. */
  end(flush: string, applied: readonly Change[] | undefined): void;
  close(): Promise<void>;
}

/** Serves one request: marks what it brings, and leaves the rest to a server. */
export class GuestHand implements Hand {
  readonly trouble = undefined;
  readonly #stamps: Stamps;

  constructor(stamps: Stamps) {
    this.#stamps = stamps;
  }

  async note(loaded: readonly Loaded[]): Promise<boolean> {
    return loaded.some(({ marks = [] }) => marks.length > 0);
  }

  async begin(): Promise<string> {
    return `${GUESTS}-${this.#stamps.next()}`;
  }

  isTold(): boolean {
    return false;
  }

  end(): void {}

  async close(): Promise<void> {}
}

/** That wait to be told. */
const MOST_FLUSHES = 10_000;

/** Tells itself what it brings, and what others leave behind. */
export class ServerHand implements Hand {
  readonly #registry: Registry;
  readonly #chain: Chain;
  readonly #feeder: Feeder;
  readonly #loads = new Loads();

  private constructor(database: Database, durability: Durability, turns: Turns | undefined) {
    this.#registry = new Registry(database);
    this.#chain = new Chain(database, this.#registry);
    this.#feeder = new Feeder({
      chain: this.#chain,
      registry: this.#registry,
      rescue: new Rescue(database, this.#chain, this.#registry),
      onAppended: (end) => durability.feedIsDurable(end),
      alone: (run) => (turns ? turns.take(run) : run()),
    });
  }

  /** What was left behind is in the feed when this resolves. */
  static async open(
    database: Database,
    durability: Durability,
    turns: Turns | undefined,
  ): Promise<ServerHand> {
    const hand = new ServerHand(database, durability, turns);
    await hand.#feeder.start();
    return hand;
  }

  get trouble(): unknown {
    return this.#feeder.trouble;
  }

  async note(loaded: readonly Loaded[]): Promise<boolean> {
    const writers = new Set(loaded.flatMap(({ marks = [] }) => marks.map(({ flush }) => writerOf(flush))));
    const isKnown = (name: string) => this.#registry.knows(name) || this.#chain.heardOf(name) > 0;
    if (![...writers].every(isKnown)) await this.#registry.look(writers);
    let isFresh = false;
    for (const { _id, version, marks = [] } of loaded) {
      const untold = marks.filter((mark) => !this.#chain.isTold(mark, _id));
      this.#loads.note(_id, { version, untold });
      isFresh ||= untold.some((mark) => !this.#isConfirmed(mark));
    }
    return isFresh;
  }

  async begin(): Promise<string> {
    return (await this.#registry.ready()).begin();
  }

  isTold(change: Change): boolean {
    return this.#loads.isTold(change);
  }

  end(flush: string, applied: readonly Change[] | undefined): void {
    const { own } = this.#registry;
    if (writerOf(flush) !== own.name) return;
    if (applied === undefined) return this.#registry.rename();
    // While it stood still, waiting to hear that it was written, others may have told it.
    const groups = this.#chain.withoutRescued(groupsOf(applied, flush));
    own.end(flush, { groups, before: this.#loads.before(applied) });
    this.#loads.forget(applied);
    // A feed that takes nothing must not fill the memory: the marks on the records remember.
    if (own.flushes > MOST_FLUSHES) this.#registry.rename();
    this.#feeder.wake();
  }

  close(): Promise<void> {
    return this.#feeder.stop();
  }

  /** Whether this process itself was told that it is durable. */
  #isConfirmed({ flush }: Mark): boolean {
    const { own } = this.#registry;
    return writerOf(flush) === own.name && !own.isOpen(flush);
  }
}
