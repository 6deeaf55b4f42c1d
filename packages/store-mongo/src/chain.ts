import type { ClientSession } from "mongodb";
import { type ChunkDocument, type Database, DUPLICATE_KEY, throwFault } from "./database.ts";
import { endOf } from "./feed.ts";
import { factsIn, type Group, type Mark, numberOf, writerOf } from "./marks.ts";
import type { Registry } from "./registry.ts";

const REMEMBERED = 20_000;

/** What is to be appended. */
export interface Addition {
  readonly rescued: readonly Group[];
  readonly groups: readonly Group[];
  /** Of a writer, up to which flush all is told then. */
  readonly heard?: { readonly writer: string; readonly upTo: number };
}

/**
 * The feed as it is written: chunks, each of which begins where the one before ends. Two who append at once want the
 * same place, and only one gets it; the other reads on first. So whoever appends knows all that was told before, and
 * nothing is told twice.
 */
export class Chain {
  readonly #database: Database;
  readonly #registry: Registry;
  /** What is read in it sees all that was read and written in it before, whichever server answers. */
  #session: ClientSession | undefined;
  #end: number | undefined;
  #heard: ReadonlyMap<string, number> = new Map();
  /** What was rescued of late: who read a record before may still hold its marks for good. */
  #rescued = new Set<string>();
  #rescuedEarlier = new Set<string>();
  /** The last chunk, where its rescued marks may not be off yet. */
  #due: ChunkDocument | undefined;

  constructor(database: Database, registry: Registry) {
    this.#database = database;
    this.#registry = registry;
  }

  get end(): number {
    return this.#end ?? 0;
  }

  get session(): ClientSession {
    this.#session ??= this.#database.client.startSession({ causalConsistency: true });
    return this.#session;
  }

  /** Writers of which something is told. */
  get writers(): Iterable<string> {
    return this.#heard.keys();
  }

  heardOf(writer: string): number {
    return this.#heard.get(writer) ?? 0;
  }

  /** Whether the feed has told what the record got with that mark. */
  isTold(mark: Mark, record: string): boolean {
    const writer = writerOf(mark.flush);
    return (
      this.#registry.hasDeparted(writer) ||
      numberOf(mark.flush) <= this.heardOf(writer) ||
      this.#isRescued(mark, record)
    );
  }

  /** Without what others told, since this process seemed to stand still. */
  withoutRescued(groups: readonly Group[]): Group[] {
    const left = (group: Group) => group.records.filter((record) => !this.#isRescued(group, record));
    return groups.map((group) => ({ ...group, records: left(group) }));
  }

  #isRescued(mark: Mark, record: string): boolean {
    const name = nameOf(mark, record);
    return this.#rescued.has(name) || this.#rescuedEarlier.has(name);
  }

  /** Reads what others appended. */
  async readOn(): Promise<void> {
    const { events } = this.#database;
    const { session } = this;
    if (this.#end === undefined) {
      const last = await this.#database.find(events, {}, { session }).sort({ _id: -1 }).limit(1).next();
      this.#take(last ?? undefined);
    } else {
      const later = this.#database.find(events, { _id: { $gte: this.#end } }, { session }).sort({ _id: 1 });
      for await (const chunk of later) this.#take(chunk);
    }
  }

  /** Returns whether it got its place; if not, others were faster, and `readOn` tells what they appended. */
  async append({ rescued, groups, heard: its }: Addition): Promise<boolean> {
    if (this.#end === undefined) await this.readOn();
    await this.takeOffDueMarks();
    const heard = Object.fromEntries([...this.#heard].filter(([name]) => !this.#registry.hasDeparted(name)));
    if (its) heard[its.writer] = its.upTo;
    const facts = factsIn(rescued) + factsIn(groups);
    const chunk: ChunkDocument = { _id: this.end, facts, rescued, groups, heard };
    const { events } = this.#database;
    const { writeErrors = [], writeConcernError } = await this.#database.insert(
      events,
      [chunk],
      this.session,
    );
    if (writeErrors[0]?.code === DUPLICATE_KEY) return false;
    throwFault(writeConcernError ?? writeErrors[0]);
    this.#take(chunk);
    await this.takeOffDueMarks();
    return true;
  }

  /** Of the last chunk, in case that whoever appended it did not come to it. */
  async takeOffDueMarks(): Promise<void> {
    if (!this.#due) return;
    const statements = this.#due.rescued.map(({ records, ...mark }) => ({
      q: { _id: { $in: records } },
      u: { $pullAll: { marks: [{ flush: mark.flush, from: mark.from, to: mark.to }] } },
      multi: true,
    }));
    const { records } = this.#database;
    const { writeErrors = [], writeConcernError } = await this.#database.update(
      records,
      statements,
      this.session,
    );
    throwFault(writeConcernError ?? writeErrors[0]);
    this.#due = undefined;
  }

  /** After an error: what the server knows of the session is not certain. */
  endSession(): void {
    void this.#session?.endSession();
    this.#session = undefined;
  }

  #take(chunk: ChunkDocument | undefined): void {
    this.#end = endOf(chunk ?? null);
    if (!chunk) return;
    // Of whom nothing is said any more had departed when this was appended.
    for (const name of this.#heard.keys()) {
      if (!Object.hasOwn(chunk.heard, name)) this.#registry.noteDeparted(name);
    }
    this.#heard = new Map(Object.entries(chunk.heard));
    this.#due = chunk.rescued.length > 0 ? chunk : undefined;
    for (const group of chunk.rescued) {
      for (const record of group.records) this.#rescued.add(nameOf(group, record));
    }
    const { own } = this.#registry;
    own.told(this.heardOf(own.name));
    if (chunk.rescued.length > 0) own.leaveOut((groups) => this.withoutRescued(groups));
    if (this.#rescued.size > REMEMBERED) [this.#rescuedEarlier, this.#rescued] = [this.#rescued, new Set()];
  }
}

/** A place is written once. */
const nameOf = ({ from }: Mark, record: string): string => `${from} ${record}`;
