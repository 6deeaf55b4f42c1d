import type { ClientSession } from "mongodb";
import { type ChunkDocument, type Database, DUPLICATE_KEY, type Group, throwFault } from "./database.ts";
import type { RecordDocument, Untold } from "./documents.ts";
import { endOf } from "./feed.ts";

/** Records whose facts go into one chunk. */
const MOST = 5_000;

type Marked = Pick<RecordDocument, "_id"> & { readonly untold: readonly Untold[] };

/**
 * The feed as it is written: chunks, each of which begins where the one before ends. Two who append at once want the
 * same place, and only one gets it; the other begins anew. Before a further chunk is appended, the records know that
 * their facts are in the last one: so no fact is in two, and none is left out.
 */
export class Chain {
  readonly #database: Database;
  readonly #by: string;
  /** What is read in it sees all that was written in it before, whichever server answers. */
  #session: ClientSession | undefined;
  /** The last chunk; known only while nobody else appends. */
  #end: number | undefined;

  constructor(database: Database, by: string) {
    this.#database = database;
    this.#by = by;
  }

  /**
   * Appends what the feed has not told, as far as it fits, and returns up to where it is durable, and whether there
   * is more. Nothing where somebody else appended.
   */
  async append(): Promise<{ end: number; more: boolean } | undefined> {
    try {
      const session = (this.#session ??= this.#database.client.startSession({ causalConsistency: true }));
      this.#end ??= await this.#takeOver(session);
      const { marked, more } = await this.#readMarked(session);
      if (marked.length === 0) return { end: this.#end, more: false };
      const groups = groupsOf(marked);
      const chunk = { _id: this.#end, facts: factsIn(groups), groups, by: this.#by };
      if (!(await this.#insert(chunk, session))) return this.forget();
      await this.#unmark(chunk, session);
      this.#end = endOf(chunk);
      return { end: this.#end, more };
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Whatever was known of the end is to be read anew. */
  forget(): undefined {
    this.#end = undefined;
    void this.#session?.endSession();
    this.#session = undefined;
  }

  /** Finishes what the last one who appended may have left undone. */
  async #takeOver(session: ClientSession): Promise<number> {
    const last = await this.#database.events.find({}, { session }).sort({ _id: -1 }).limit(1).next();
    if (last) await this.#unmark(last, session);
    return endOf(last);
  }

  /**
   * Backwards in time: when a fact is seen, those that its server committed before it are there to be seen too.
   * Where there is more than fits, the oldest come first.
   */
  async #readMarked(session: ClientSession): Promise<{ marked: Marked[]; more: boolean }> {
    const read = (way: 1 | -1, limit: number) =>
      this.#database.records
        .find({ "untold.stamp": { $exists: true } }, { session, projection: { untold: 1 } })
        .sort({ "untold.stamp": way })
        .limit(limit)
        .toArray() as unknown as Promise<Marked[]>;
    const latest = await read(-1, MOST + 1);
    return latest.length <= MOST
      ? { marked: latest, more: false }
      : { marked: await read(1, MOST), more: true };
  }

  async #insert(chunk: ChunkDocument, session: ClientSession): Promise<boolean> {
    const { events } = this.#database;
    const { writeErrors = [], writeConcernError } = await this.#database.insert(events, [chunk], session);
    if (writeErrors[0]?.code === DUPLICATE_KEY) return false;
    throwFault(writeConcernError ?? writeErrors[0]);
    return true;
  }

  /** Takes exactly these facts off what is untold: what was committed since stays. */
  async #unmark({ groups }: ChunkDocument, session: ClientSession): Promise<void> {
    const { records } = this.#database;
    const statements = groups.map(({ stamp, from, to, records: keys }) => ({
      q: { _id: { $in: keys } },
      u: { $pullAll: { untold: [{ stamp, from, to }] } },
      multi: true,
    }));
    const { writeErrors = [], writeConcernError } = await this.#database.update(records, statements, session);
    throwFault(writeConcernError ?? writeErrors[0]);
  }
}

const factsIn = (groups: readonly Group[]): number =>
  groups.reduce((sum, { from, to, records }) => sum + (to - from) * records.length, 0);

/** In the order of the stamps; but the facts of one record stay in theirs, whatever the clocks of its writers say. */
export function groupsOf(marked: readonly Marked[]): Group[] {
  const groups = new Map<string, { after: string; group: Group & { records: string[] } }>();
  for (const { _id, untold } of marked) {
    let after = "";
    for (const { stamp, from, to } of untold) {
      if (stamp > after) after = stamp;
      const name = `${after} ${stamp} ${from} ${to}`;
      const known = groups.get(name) ?? { after, group: { stamp, from, to, records: [] } };
      known.group.records.push(_id);
      groups.set(name, known);
    }
  }
  const sorted = [...groups.values()].sort(
    (a, b) => compare(a.after, b.after) || a.group.from - b.group.from,
  );
  return sorted.map(({ group }) => group);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
