import type { Key, Page, Query, StoredKind } from "@drett/core";
import { CursorRefused, STORED_KINDS } from "@drett/core";
import type { Filter, Sort } from "mongodb";
import type { Database } from "./database.ts";
import { type RecordDocument, readStored, STORED, type StoredDocument } from "./documents.ts";
import { keyOf } from "./keys.ts";
import { isStamp } from "./stamps.ts";

type Order = Query["order"];
type Place = (number | string)[];
export type Loaded = StoredDocument & Pick<RecordDocument, "allocation" | "marks">;

const LOADED = { ...STORED, allocation: 1, marks: 1 } as const;

/** The records that the keys name, and the allocations that they belong to, each once. */
export async function load(database: Database, keys: readonly Key[]): Promise<Loaded[]> {
  const ids = keys.flatMap((key) => (key.kind === "tag" ? [] : [keyOf(key)]));
  const tags = keys.flatMap((key) => (key.kind === "tag" ? [key.tag] : []));
  const find = (filter: Filter<RecordDocument>) =>
    database.find(database.records, filter, { projection: LOADED }).toArray() as unknown as Promise<Loaded[]>;
  const [named, tagged] = await Promise.all([
    ids.length > 0 ? find({ _id: { $in: ids } }) : [],
    tags.length > 0 ? find({ tags: { $in: tags } }) : [],
  ]);
  const found = new Map([...named, ...tagged].map((record) => [record._id, record]));
  const groups = [...found.values()]
    .flatMap(({ allocation }) => allocation ?? [])
    .map((id) => keyOf({ kind: "allocation", id }))
    .filter((key) => !found.has(key));
  if (groups.length > 0)
    for (const group of await find({ _id: { $in: groups } })) found.set(group._id, group);
  return [...found.values()];
}

/** Each order: what it is paged by, and which of two directions it takes. */
const ORDERS: {
  readonly [order in Order]: { readonly fields: readonly (keyof RecordDocument)[]; way: 1 | -1 };
} = {
  newest: { fields: ["created"], way: -1 },
  oldest: { fields: ["created"], way: 1 },
  finding: { fields: ["finding", "since", "created"], way: 1 },
  due: { fields: ["due", "created"], way: 1 },
  until: { fields: ["until", "created"], way: 1 },
};

export async function query(database: Database, asked: Query): Promise<Page> {
  const { order, limit } = asked;
  const filter = filterOf(asked);
  if (!filter) return { records: [] };
  const { fields } = ORDERS[order];
  const hint = hintOf(asked);
  const found = await database
    .find(database.records, filter, {
      ...(hint !== undefined && { hint }),
      projection: { ...STORED, created: 1 },
    })
    .sort(sortOf(order))
    .limit(limit + 1)
    .toArray();
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const stored = page.map(readStored);
  if (found.length <= limit || !last) return { records: stored };
  return {
    records: stored,
    next: writeCursor(
      order,
      fields.map((field) => last[field] as number | string),
    ),
  };
}

/** The index that serves it, by its name; nothing where MongoDB is to find out which of several is best. */
export function hintOf({ order, where = {}, tags = [] }: Query): string | undefined {
  if (order === "finding" || order === "due" || order === "until") return order;
  if (where.allocation !== undefined) return "members";
  if (tags.length > 0) return "tags";
  const fitting = (["state", "application"] as const).filter((column) => where[column] !== undefined);
  return fitting.length > 1 ? undefined : (fitting[0] ?? "newest");
}

export function sortOf(order: Order): Sort {
  const { fields, way } = ORDERS[order];
  return fields.map((field) => [field, way] as const);
}

/** What MongoDB is asked for; nothing where nothing can fit. */
export function filterOf({
  kind,
  where = {},
  tags = [],
  dueBy,
  order,
  cursor,
}: Query): Filter<RecordDocument> | undefined {
  const equal = Object.entries(where).map(([column, value]) => ({ [column]: value }));
  if (Object.values(where).includes(null)) return undefined;
  // Each index begins with the kind; without one, it is read for each, and merged.
  const kinds = order === "until" ? undefined : kind === undefined ? STORED_KINDS : [kind];
  const conditions: object[] = [kinds ? { kind: { $in: [...kinds] } } : tombstonesOf(kind), ...equal];
  if (tags.length > 0) conditions.push({ tags: { $all: tags } });
  if (dueBy !== undefined) conditions.push({ due: { $lte: dueBy } });
  // What an order goes by first, a record must have; and to say so lets the index of those that have it serve.
  conditions.push({ [ORDERS[order].fields[0] as string]: { $exists: true } });
  if (cursor !== undefined) conditions.push(beyond(after(order, readCursor(cursor, order)), kinds));
  return { $and: conditions };
}

/** Each branch for each kind: so many of them MongoDB would not make out by itself, and sort. */
function beyond(branches: readonly object[], kinds: readonly StoredKind[] | undefined): object {
  const all = kinds?.flatMap((kind) => branches.map((branch) => ({ kind, ...branch }))) ?? branches;
  return all.length === 1 ? (all[0] as object) : { $or: all };
}

/** Of which kind the record was, only the key tells. */
const tombstonesOf = (kind: StoredKind | undefined): object => ({
  kind: "tombstone",
  ...(kind && { _id: { $gte: `${kind}/`, $lt: `${kind}0` } }),
});

/** Beyond the place: greater in one field, and equal in those before it. */
function after(order: Order, place: Place): readonly Filter<RecordDocument>[] {
  const { fields, way } = ORDERS[order];
  const beyond = way === 1 ? "$gt" : "$lt";
  return fields.map((field, depth) => ({
    ...Object.fromEntries(fields.slice(0, depth).map((before, at) => [before, place[at]])),
    [field]: { [beyond]: place[depth] },
  }));
}

function writeCursor(order: Order, place: Place): string {
  return Buffer.from(JSON.stringify([order, ...place])).toString("base64url");
}

function readCursor(cursor: string, order: Order): Place {
  try {
    const [ofOrder, ...place] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [string, ...Place];
    const isWhole = place.length === ORDERS[order].fields.length && isStamp(place.at(-1));
    if (ofOrder === order && isWhole && place.slice(0, -1).every(Number.isSafeInteger)) return place;
  } catch {}
  throw new CursorRefused("invalid");
}
