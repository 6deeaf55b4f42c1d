import { CursorRefused, type EventPage, type StoredEvent } from "@drett/core";
import type { Statement } from "./connections.ts";
import { BEGINNING, type EventPlace, isBeginning, readEventCursor, writeEventCursor } from "./cursors.ts";
import { kindOf, type Row } from "./rows.ts";

/** The id from which on a transaction may be running yet: nothing is served from there on. */
const horizonIn = (schema: string): string =>
  `(SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + shift FROM ${schema}.meta)`;

/**
 * A database that was restored from a dump counts its transactions anew. What comes next must come after what is there:
 * so their ids are shifted. No transaction that is seen can have an id from the snapshot's end on, so otherwise it does nothing.
 */
export const mend = (schema: string): string => `
WITH last AS (SELECT greatest(max(transaction), (SELECT trimmed_transaction FROM ${schema}.meta)) AS id FROM ${schema}.event),
next AS (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS id)
UPDATE ${schema}.meta SET shift = last.id + 1 - next.id FROM last, next WHERE last.id >= next.id + shift`;

/**
 * Facts by the id of their transaction, those of a record in their order. Whatever becomes visible later has a greater
 * id than all that was served, since its transaction was running then or had not begun.
 * The event at the cursor comes first: that it is there still shows that this is the history that the cursor is of.
 */
export const eventsStatement = (schema: string, after: EventPlace, limit: number): Statement => ({
  text: `
WITH page AS MATERIALIZED (
  SELECT transaction, record, fact FROM ${schema}.event
  WHERE (transaction, record, fact) >= ($1::bigint, $2::bigint, $3::integer) AND transaction < ${horizonIn(schema)}
  ORDER BY transaction, record, fact LIMIT $4::integer
)
SELECT page.transaction, page.record, page.fact, kind, id,
  CASE WHEN row_number() OVER (PARTITION BY page.record ORDER BY page.transaction, page.fact) = 1 THEN body END
FROM page JOIN ${schema}.record ON number = page.record
ORDER BY page.transaction, page.record, page.fact`,
  values: [after.transaction, after.record, after.fact, limit + 1],
});

export const placeAfter = (cursor: string | undefined, epoch: string): EventPlace =>
  cursor === undefined ? BEGINNING : readEventCursor(cursor, epoch);

const compare = (one: EventPlace, other: EventPlace) =>
  one.transaction - other.transaction || one.record - other.record || one.fact - other.fact;

/** The last event that was taken out of the feed. */
export const trimmedStatement = (schema: string): string =>
  `SELECT trimmed_transaction, trimmed_record, trimmed_fact FROM ${schema}.meta`;

export const trimStatement = (schema: string, { transaction, record, fact }: EventPlace): Statement => ({
  text: `
WITH moved AS (
  UPDATE ${schema}.meta SET trimmed_transaction = $1, trimmed_record = $2, trimmed_fact = $3
  WHERE (trimmed_transaction, trimmed_record, trimmed_fact) < ($1::bigint, $2::bigint, $3::integer)
),
trimmed AS (
  DELETE FROM ${schema}.event WHERE (transaction, record, fact) <= ($1::bigint, $2::bigint, $3::integer) RETURNING 1
)
SELECT count(*) FROM trimmed`,
  values: [transaction, record, fact],
});

/** Reads what the statement has given. Each record comes with the first of its events. */
export function eventPageOf(
  epoch: string,
  after: EventPlace,
  limit: number,
  rows: readonly Row[],
): EventPage {
  const bodies = new Map<string, readonly unknown[]>();
  const events = rows.map((row): StoredEvent => {
    const [, record, fact, kind, id, body] = row;
    if (body != null) bodies.set(record as string, factsIn(body));
    const said = bodies.get(record as string)?.[Number(fact)];
    return {
      cursor: writeEventCursor(epoch, placeOf(row)),
      kind: kindOf(kind),
      id: id as string,
      place: Number(fact),
      fact: said === undefined ? null : JSON.stringify(said),
    };
  });
  const start = isAt(after, rows) ? 1 : 0;
  const later = events.slice(start, start + limit);
  return { events: later, cursor: later.at(-1)?.cursor ?? writeEventCursor(epoch, after) };
}

/** Whether the page begins with the event that is to be gone on from. */
export const isAt = (after: EventPlace, rows: readonly Row[]): boolean =>
  !isBeginning(after) && isSame(placeOf(rows[0]), after);

/** Where the event at the cursor is not there: only the last one that was trimmed is as good as there. */
export function checkTrimmed(after: EventPlace, trimmed: EventPlace): void {
  const distance = compare(after, trimmed);
  if (distance !== 0) throw new CursorRefused(distance < 0 ? "expired" : "invalid");
}

export const placeOf = (row: Row = []): EventPlace => ({
  transaction: Number(row[0]),
  record: Number(row[1]),
  fact: Number(row[2]),
});

const isSame = (one: EventPlace, other: EventPlace) =>
  one.transaction === other.transaction && one.record === other.record && one.fact === other.fact;

/** None where the body is no longer JSON. */
function factsIn(body: string): readonly unknown[] {
  try {
    return JSON.parse(body) as readonly unknown[];
  } catch {
    return [];
  }
}
