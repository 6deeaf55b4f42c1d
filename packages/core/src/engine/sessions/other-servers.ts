import type { Ms } from "../../domain/fact.ts";
import { bodyOf } from "../../ports/factless.ts";
import { type Store, type StoredRecord, StoreUnavailable } from "../../ports/store.ts";
import { HEARING_TAG, presenceIn, type SessionPage, takeOff } from "./hearing-records.ts";

/**
 * A server that has not been seen for so long is taken off the list: it may be switched off for ever. Nobody can tell
 * that from one that is cut off, whose engines live; a shorter time would lapse them.
 */
const GIVEN_UP = 600_000;

interface Other {
  beat: string;
  /** When it was seen to write last, by the monotonic clock. */
  seen: Ms;
  readonly pages: Map<string, SessionPage>;
}

/** A session that another server has heard since this one looked last. */
export interface News {
  readonly session: string;
  readonly wall: Ms;
  /** How many things it was told to have lost. */
  readonly lost: number;
}

/** What the other servers on the store have heard. */
export class OtherServers {
  readonly #store: Store;
  readonly #others = new Map<string, Other>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what has changed since it was read last. */
  async read(own: string, now: Ms): Promise<readonly News[]> {
    const stored = await this.#store.load([{ kind: "tag", tag: HEARING_TAG }]);
    const present = stored.filter(({ id }) => id !== own);
    const ids = new Set(present.map(({ id }) => id));
    for (const name of this.#others.keys()) if (!ids.has(name)) this.#others.delete(name);
    const news: News[] = [];
    for (const record of present) news.push(...(await this.#readOne(record, now)));
    return news;
  }

  /** Whether there are any, as far as was read. */
  get some(): boolean {
    return this.#others.size > 0;
  }

  /** Those that were not seen to write in the time that has passed since. */
  missing(since: Ms): readonly string[] {
    return [...this.#others].filter(([, { seen }]) => seen < since).map(([name]) => name);
  }

  async #readOne(record: StoredRecord, now: Ms): Promise<readonly News[]> {
    const { run, beat, pages } = presenceIn(record);
    const other = this.#others.get(record.id) ?? { beat: "", seen: now, pages: new Map() };
    this.#others.set(record.id, other);
    const isNew = other.beat !== `${run} ${beat}`;
    if (!isNew && now - other.seen > GIVEN_UP) await this.#giveUp(record);
    if (!isNew) return [];
    const changed = Object.entries(pages).filter(
      ([id, revision]) => other.pages.get(id)?.revision !== revision,
    );
    const news = await this.#readPages(other, changed);
    other.beat = `${run} ${beat}`;
    other.seen = now;
    return news;
  }

  async #readPages(other: Other, wanted: readonly (readonly [string, number])[]): Promise<readonly News[]> {
    if (wanted.length === 0) return [];
    const stored = await this.#store.load(wanted.map(([id]) => ({ kind: "hearing", id })));
    const news: News[] = [];
    for (const [id, revision] of wanted) {
      const record = stored.find((it) => it.id === id);
      const page = record && (bodyOf(record) as SessionPage);
      // Written in one commit, and yet not always read so.
      if (!page || page.revision < revision) {
        throw new StoreUnavailable(`${id} is not written yet`, "It is read again.");
      }
      const before = other.pages.get(id)?.heard ?? {};
      for (const [session, wall] of Object.entries(page.heard)) {
        if (before[session] !== wall) news.push({ session, wall, lost: page.lost?.[session] ?? 0 });
      }
      other.pages.set(id, page);
    }
    return news;
  }

  /** Should it come back, it finds that it has to announce itself again. */
  async #giveUp(presence: StoredRecord): Promise<void> {
    await takeOff(this.#store, presence);
    this.#others.delete(presence.id);
  }
}
