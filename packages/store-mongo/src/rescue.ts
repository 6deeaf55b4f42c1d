import type { Chain } from "./chain.ts";
import type { Database } from "./database.ts";
import { flushName, GUESTS, groupMarks, type Marked, writerOf } from "./marks.ts";
import type { Registry } from "./registry.ts";

/** What a writer has not told for so long, it will not: it is gone, or stands still. */
const STALL_MS = 1_500;
/** Records at a time. */
const MOST = 5_000;

/**
 * Tells what nobody else will: what guests brought, who tell nothing themselves, and what a writer left untold. If
 * that was only standing still, it finds in the feed what was told for it.
 */
export class Rescue {
  readonly #database: Database;
  readonly #chain: Chain;
  readonly #registry: Registry;
  /** Of each writer, its first flush that is not told, and since when that is so, by this process's own clock. */
  #waiting = new Map<string, { readonly flush: string; readonly since: number }>();

  constructor(database: Database, chain: Chain, registry: Registry) {
    this.#database = database;
    this.#chain = chain;
    this.#registry = registry;
  }

  /** Returns whether it told something, and there may be more. `atOnce`: without waiting for anybody. */
  async run(atOnce: boolean): Promise<boolean> {
    await this.#chain.takeOffDueMarks();
    await this.#registry.look(this.#chain.writers);
    const marked = await this.#untold(await this.#find());
    const waiting = this.#note(marked);
    await this.#registry.forgetGone(waiting);
    const isLeft = (flush: string) => atOnce || this.#isLeft(writerOf(flush));
    const left = marked.filter(({ marks }) => marks.some(({ flush }) => isLeft(flush)));
    if (left.length === 0) return false;
    return this.#chain.append({ rescued: groupMarks(left), groups: [] });
  }

  /** Records that bear marks of others than this process. */
  #find(): Promise<Marked[]> {
    const beyond = (name: string) => ({
      $gt: flushName(name, this.#chain.heardOf(name)),
      $lt: `${name}.`,
    });
    const ranges = [{ $gt: `${GUESTS}-`, $lt: `${GUESTS}.` }, ...this.#registry.others.map(beyond)];
    const filter = { $or: ranges.map((flush) => ({ marks: { $elemMatch: { flush } } })) };
    return this.#database
      .find(this.#database.records, filter, {
        session: this.#chain.session,
        projection: { marks: 1 },
      })
      .limit(MOST)
      .toArray() as unknown as Promise<Marked[]>;
  }

  /** With those of their marks that are not told, by what the feed has now. */
  async #untold(found: readonly Marked[]): Promise<Marked[]> {
    if (found.length === 0) return [];
    await this.#chain.readOn();
    const writers = new Set(found.flatMap(({ marks }) => marks.map(({ flush }) => writerOf(flush))));
    if (![...writers].every((name) => this.#registry.knows(name))) await this.#registry.look(writers);
    return found
      .map(({ _id, marks }) => ({ _id, marks: marks.filter((mark) => !this.#chain.isTold(mark, _id)) }))
      .filter(({ marks }) => marks.length > 0);
  }

  /** Notes what waits, and returns whose it is. */
  #note(marked: readonly Marked[]): ReadonlySet<string> {
    const waiting = new Map<string, { flush: string; since: number }>();
    for (const { flush } of marked.flatMap(({ marks }) => marks)) {
      const writer = writerOf(flush);
      const known = waiting.get(writer);
      if (!known || flush < known.flush) waiting.set(writer, { flush, since: performance.now() });
    }
    for (const [writer, { flush }] of waiting) {
      const before = this.#waiting.get(writer);
      if (before?.flush === flush) waiting.set(writer, before);
    }
    this.#waiting = waiting;
    return new Set(waiting.keys());
  }

  #isLeft(writer: string): boolean {
    if (writer === GUESTS) return true;
    const { since } = this.#waiting.get(writer) ?? { since: Number.POSITIVE_INFINITY };
    return writer !== this.#registry.own.name && performance.now() - since > STALL_MS;
  }
}
