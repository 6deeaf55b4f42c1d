import { applicationOf } from "../domain/caller.ts";
import {
  CursorRefused,
  type EventPage,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
} from "../ports/store.ts";
import { readIfReadable, readTombstone } from "../ports/stored-record.ts";

/** Pages of the feed that are looked through for one page of what is seen. */
const FEED_PAGES = 20;

/** The store as it is for whom the records of these applications exist, and no others; for reading only. */
export function storeSeenBy(applications: readonly string[] | undefined, store: Store): Store {
  if (applications === undefined) return store;
  const load: Store["load"] = async (keys) =>
    (await store.load(keys)).filter((stored) => {
      const owner = ownerOf(stored);
      // Whose a record was that cannot be read, nobody can tell any more: that is told to whoever names it.
      return owner === undefined ? stored.until === undefined : applications.includes(owner);
    });
  return {
    name: store.name,
    load,
    commit: () => Promise.reject(new Error("what is seen is for reading")),
    query: (query) => queryAll(applications, store, query),
    trim: () => Promise.reject(new Error("what is seen is for reading")),
    events: (after, limit) => eventsOf(applications, store, after, limit),
    close: () => Promise.reject(new Error("what is seen is for reading")),
  };
}

/** The application of a record, or of what is left of it; none where that cannot be read. */
function ownerOf(stored: StoredRecord): string | undefined {
  if (stored.until === undefined) {
    const record = readIfReadable(stored);
    return record && applicationOf(record);
  }
  return readTombstone(stored)?.application;
}

/**
 * One application after the other, each in the order that was asked for. All of them at once would cost a look at
 * what others own, and a page that is short for it would tell that there is such.
 */
async function queryAll(applications: readonly string[], store: Store, query: Query): Promise<Page> {
  const named = query.where?.application;
  if (named !== undefined && !applications.includes(named)) return { records: [] };
  if (named !== undefined) return store.query(query);
  let { place, cursor } = placeOf(query.cursor, applications.length);
  const records: Page["records"][number][] = [];
  for (; place < applications.length; place++, cursor = undefined) {
    const { cursor: _, ...asked } = query;
    const where = { ...query.where, application: applications[place] as string };
    const limit = query.limit - records.length;
    const page = await store.query({ ...asked, where, limit, ...(cursor !== undefined && { cursor }) });
    records.push(...page.records);
    if (page.next !== undefined) return { records, next: `${place}~${page.next}` };
    if (records.length >= query.limit && place + 1 < applications.length) {
      return { records, next: `${place + 1}~` };
    }
  }
  return { records };
}

/** `1~abc`: in the second application, at `abc`; without it, at its beginning. */
function placeOf(text: string | undefined, count: number): { place: number; cursor: string | undefined } {
  if (text === undefined) return { place: 0, cursor: undefined };
  const [, digits = "", inner = ""] = /^(\d{1,3})~(.*)$/.exec(text) ?? [];
  const place = digits === "" ? count : Number(digits);
  if (place >= count) throw new CursorRefused("invalid");
  return { place, cursor: inner === "" ? undefined : inner };
}

async function eventsOf(
  applications: readonly string[],
  store: Store,
  after: string | undefined,
  limit: number,
): Promise<EventPage> {
  const events: EventPage["events"][number][] = [];
  let cursor = after;
  for (let pages = 1; ; pages++) {
    const wanted = limit - events.length;
    const page = await store.events(cursor, wanted);
    ({ cursor } = page);
    events.push(...(await onlySeen(applications, store, page.events)));
    const isEnd = page.events.length < wanted;
    if (isEnd || events.length >= limit || pages >= FEED_PAGES) return { events, cursor: page.cursor };
  }
}

async function onlySeen(
  applications: readonly string[],
  store: Store,
  events: EventPage["events"],
): Promise<EventPage["events"]> {
  const keys = new Map(events.map(({ kind, id }) => [`${kind} ${id}`, { kind, id }]));
  const loaded = keys.size > 0 ? await store.load([...keys.values()]) : [];
  const seen = new Set(
    loaded.flatMap((stored) => {
      return applications.includes(ownerOf(stored) ?? "") ? [`${stored.kind} ${stored.id}`] : [];
    }),
  );
  return events.filter(({ kind, id }) => seen.has(`${kind} ${id}`));
}
