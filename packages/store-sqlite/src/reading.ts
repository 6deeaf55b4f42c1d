import type { Query } from "@drett/core";
import type { Connection } from "./connection.ts";
import { EVENT_COLUMNS, type Flat, kindNumber, RECORD_COLUMNS } from "./rows.ts";

type Order = Query["order"];

/** Each order: what it is paged by, and the index that must serve it (a scan would cost what is stored, not what is found). */
const ORDERS: {
  readonly [order in Order]: { place: readonly string[]; compare: string; by: string; index: string };
} = {
  newest: { place: ["number"], compare: "<", by: "number DESC", index: "" },
  oldest: { place: ["number"], compare: ">", by: "number", index: "" },
  finding: {
    place: ["finding", "since", "number"],
    compare: ">",
    by: "finding, since, number",
    index: "INDEXED BY record_finding",
  },
  due: { place: ["due", "number"], compare: ">", by: "due, number", index: "INDEXED BY record_due" },
  until: { place: ["until", "number"], compare: ">", by: "until, number", index: "INDEXED BY record_until" },
};

/** One more row than asked for, if there is one; each row followed by its place in the order. */
export function query(
  connection: Connection,
  { kind, where = {}, tags = [], dueBy, order, limit }: Query,
  after: Flat | undefined,
): Flat[] {
  const { place, compare, by, index } = ORDERS[order];
  const conditions: string[] = [];
  const values: Flat = [];
  const demand = (condition: string, ...its: Flat) => {
    conditions.push(condition);
    values.push(...its);
  };
  for (const [column, value] of Object.entries(where)) demand(`${columnName(column)} = ?`, value);
  if (kind) demand("kind = ?", kindNumber(kind));
  for (const tag of tags) demand("number IN (SELECT record FROM tag WHERE tag = ?)", tag);
  if (dueBy !== undefined) demand("due <= ?", dueBy);
  if (order !== "until") demand("until IS NULL");
  if (place[0] !== "number") demand(`${place[0]} IS NOT NULL`);
  if (after) demand(`(${place.join(", ")}) ${compare} (${place.map(() => "?").join(", ")})`, ...after);

  const clause = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const sql = `SELECT ${RECORD_COLUMNS}, ${place.join(", ")} FROM record ${index} ${clause} ORDER BY ${by} LIMIT ?`;
  return connection.statement(sql).all(...values, limit + 1) as unknown as Flat[];
}

const COLUMNS = ["state", "finding", "application", "module", "owner", "type", "allocation"];

/** Only what is named here becomes part of a statement. */
function columnName(column: string): string {
  if (!COLUMNS.includes(column)) throw new Error(`no query by ${column}`);
  return column;
}

const EVENTS = `SELECT ${EVENT_COLUMNS} FROM event JOIN record ON number = record WHERE position > ? ORDER BY position LIMIT ?`;

export function events(connection: Connection, after: number, limit: number): Flat {
  return (connection.statement(EVENTS).all(after, limit) as unknown as Flat[]).flat();
}

/** The last event stays: new ones are numbered after it. */
const TRIM = "DELETE FROM event WHERE position <= ? AND position < (SELECT max(position) FROM event)";

export function trim(connection: Connection, upTo: number): number {
  return connection.inTransaction(() => Number(connection.statement(TRIM).run(upTo).changes));
}

export function lastPosition(connection: Connection): number {
  const [position] = connection
    .statement("SELECT coalesce(max(position), 0) FROM event")
    .get() as unknown as [number];
  return position;
}
