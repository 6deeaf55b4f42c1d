import type { Change, Key, STORED_KINDS, StoredEvent, StoredRecord } from "@drett/core";

/**
 * What crosses between the store and its threads: flat lists of texts and numbers, which are copied several times
 * faster than objects.
 */
export type Flat = (string | number | null)[];

/** Core's own list, held to it by its type: a thread that imported it would load all of core at its start. */
const KINDS: typeof STORED_KINDS = [
  "resource",
  "allocation",
  "session",
  "hearing",
  "freeze",
  "plan",
  "budget",
  "delivery",
];
export const kindNumber = (kind: StoredRecord["kind"]): number => KINDS.indexOf(kind);
const kindOf = (number: number) => KINDS[number] as StoredRecord["kind"];

/** The columns of a record as they are read, in the order of `RECORD_WIDTH`. */
export const RECORD_COLUMNS = "kind, id, version, due, finding, since, body, until";
const RECORD_WIDTH = 8;

export function readRecords(flat: Flat): StoredRecord[] {
  return chunks(flat, RECORD_WIDTH).map(([kind, id, version, due, finding, since, body, until]) => ({
    kind: kindOf(kind as number),
    id: id as string,
    version: version as number,
    due: due as number | null,
    finding: finding as number | null,
    since: since as number | null,
    body: body as string,
    ...(until !== null && { until: until as number }),
  }));
}

/** `event.fact` is a place; the fact alone crosses, since its record may be large. */
export const EVENT_COLUMNS =
  "position, kind, id, fact, CASE WHEN json_valid(body) THEN body -> ('$[' || fact || ']') END";
const EVENT_WIDTH = 5;

export function readEvents(flat: Flat, cursorOf: (position: number) => string): StoredEvent[] {
  return chunks(flat, EVENT_WIDTH).map(([position, kind, id, place, fact]) => ({
    cursor: cursorOf(position as number),
    kind: kindOf(kind as number),
    id: id as string,
    place: place as number,
    fact: fact as string | null,
  }));
}

/** -1 stands for a tag. */
export function flattenKeys(keys: readonly Key[]): Flat {
  return keys.flatMap((key) => (key.kind === "tag" ? [-1, key.tag] : [kindNumber(key.kind), key.id]));
}

export const CHANGE_WIDTH = 18;

export function flattenChanges(changes: readonly Change[]): Flat {
  const flat: Flat = [];
  for (const { kind, id, expected, columns, body, from, to, until = null, gone } of changes) {
    const { state, finding, since, due, application, module, owner, type, allocation, tags } = columns;
    const tagText = tags.length === 0 ? null : JSON.stringify([...new Set(tags)].sort());
    flat.push(id, kindNumber(kind), state, finding, since, due, application, module, owner, type, allocation);
    flat.push(tagText, body, until, expected, gone ? 1 : 0, from, to);
  }
  return flat;
}

function chunks(flat: Flat, width: number): Flat[] {
  const rows: Flat[] = [];
  for (let start = 0; start < flat.length; start += width) rows.push(flat.slice(start, start + width));
  return rows;
}
