import { CursorRefused, type EventPage, type StoredEvent } from "@drett/core";
import { type ChunkDocument, type Database, throwFault } from "./database.ts";
import { nameIn } from "./keys.ts";

/** A place in the feed: so many facts into the chunk that begins there. */
interface Place {
  readonly chunk: number;
  readonly offset: number;
}

/** A fact by where it is kept: in its record. */
interface Pointer {
  readonly key: string;
  readonly place: number;
  readonly next: Place;
}

/** A page of the feed. `awaitDurable` is called where what was read may not be durable yet. */
export async function readPage(
  database: Database,
  epoch: string,
  { after, limit }: { after: string | undefined; limit: number },
  awaitDurable: (end: number) => Promise<void>,
): Promise<EventPage> {
  const start = after === undefined ? { chunk: 0, offset: 0 } : readCursor(after, epoch);
  const pointers = await readPointers(database, after === undefined ? undefined : start, limit);
  const end = pointers.at(-1)?.next;
  if (end) await awaitDurable(end.chunk + end.offset);
  const events = await withFacts(database, pointers, epoch);
  return { events, cursor: writeCursor(epoch, end ?? start) };
}

/** Takes out the chunks before that place; the last one stays, since whoever appends goes on from it. */
export async function trim(database: Database, epoch: string, upTo: string): Promise<number> {
  const { chunk } = readCursor(upTo, epoch);
  const [oldest, last] = await Promise.all([oldestChunk(database), lastChunk(database)]);
  const end = Math.min(chunk, last?._id ?? 0);
  const { writeErrors = [], writeConcernError } = await database.remove(database.events, {
    _id: { $lt: end },
  });
  throwFault(writeConcernError ?? writeErrors[0]);
  return Math.max(0, end - (oldest?._id ?? end));
}

const oldestChunk = (database: Database) =>
  database.find(database.events, {}).sort({ _id: 1 }).limit(1).next();

const lastChunk = (database: Database) =>
  database.find(database.events, {}).sort({ _id: -1 }).limit(1).next();

/** Without a place, from the first chunk that is kept. */
async function readPointers(database: Database, start: Place | undefined, limit: number): Promise<Pointer[]> {
  const pointers: Pointer[] = [];
  let { chunk, offset } = start ?? { chunk: 0, offset: 0 };
  // Under load a chunk fills a page; in quiet times it holds a fact or two.
  for (let ask = 2; pointers.length < limit; ask = Math.min(2 * ask, 256)) {
    const chunks = await database
      .find(database.events, { _id: { $gte: chunk } }, { singleBatch: true })
      .sort({ _id: 1 })
      .limit(ask)
      .toArray();
    const [first] = chunks;
    if (pointers.length > 0 && first && first._id !== chunk) throw new CursorRefused("expired");
    if (start && pointers.length === 0) await checkPlace(database, start, first);
    for (const it of chunks) {
      pointers.push(...pointersIn(it).slice(offset, offset + limit - pointers.length));
      [chunk, offset] = [endOf(it), 0];
    }
    if (chunks.length < ask) break;
  }
  return pointers;
}

/** A place is within a chunk, or it is the end of the feed. */
async function checkPlace(
  database: Database,
  { chunk, offset }: Place,
  first?: ChunkDocument,
): Promise<void> {
  if (first?._id === chunk && offset < first.facts) return;
  const oldest = await oldestChunk(database);
  if (oldest && chunk < oldest._id) throw new CursorRefused("expired");
  const last = first ? null : await lastChunk(database);
  if (first || offset !== 0 || chunk > endOf(last)) throw new CursorRefused("invalid");
}

export const endOf = (chunk: ChunkDocument | null): number => (chunk ? chunk._id + chunk.facts : 0);

function pointersIn({ _id, facts, rescued, groups }: ChunkDocument): Pointer[] {
  const pointers: Pointer[] = [];
  for (const { from, to, records } of [...rescued, ...groups]) {
    for (const key of records) {
      for (let place = from; place < to; place++) {
        const offset = pointers.length + 1;
        const next = offset < facts ? { chunk: _id, offset } : { chunk: _id + facts, offset: 0 };
        pointers.push({ key, place, next });
      }
    }
  }
  return pointers;
}

async function withFacts(
  database: Database,
  pointers: readonly Pointer[],
  epoch: string,
): Promise<StoredEvent[]> {
  const keys = [...new Set(pointers.map(({ key }) => key))];
  const filter = { _id: { $in: keys } };
  const found = await database.find(database.records, filter, { projection: { body: 1 } }).toArray();
  const facts = new Map(found.map(({ _id, body }) => [_id, factsIn(body)]));
  return pointers.map(({ key, place, next }) => ({
    ...nameIn(key),
    cursor: writeCursor(epoch, next),
    place,
    fact: JSON.stringify(facts.get(key)?.[place]) ?? null,
  }));
}

function factsIn(body: string): unknown[] {
  try {
    return JSON.parse(body) as unknown[];
  } catch {
    return [];
  }
}

const CURSOR = /^([0-9a-f]{8})-(\d{1,15})-(\d{1,9})$/;

const writeCursor = (epoch: string, { chunk, offset }: Place): string => `${epoch}-${chunk}-${offset}`;

function readCursor(cursor: string, epoch: string): Place {
  const [, ofEpoch, chunk = "", offset = ""] = CURSOR.exec(cursor) ?? [];
  if (ofEpoch !== epoch) throw new CursorRefused("invalid");
  return { chunk: Number(chunk), offset: Number(offset) };
}
