import type { Page, Query } from "@drett/core";
import type { Statement } from "./connections.ts";
import { type Place, readPageCursor, writePageCursor } from "./cursors.ts";
import { digestOf, kindNumber, RECORD_COLUMNS, type Row, readRecord } from "./rows.ts";

/** What each order is paged by. */
const ORDERS: {
  readonly [order in Query["order"]]: {
    readonly place: readonly string[];
    readonly compare: string;
    readonly by: string;
  };
} = {
  newest: { place: ["number"], compare: "<", by: "number DESC" },
  oldest: { place: ["number"], compare: ">", by: "number" },
  finding: { place: ["finding", "since", "number"], compare: ">", by: "finding, since, number" },
  due: { place: ["due", "number"], compare: ">", by: "due, number" },
};

/** Asks for one more row than a page takes, if there is one; each row ends with its place in the order. */
export function queryStatement(schema: string, query: Query): Statement {
  const { kind, where = {}, tags = [], dueBy, order, limit, cursor } = query;
  const { place, compare, by } = ORDERS[order];
  const conditions: string[] = [];
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${values.push(value)}::${type}`;

  for (const [column, value] of Object.entries(where))
    conditions.push(equals(column, (type) => parameter(value, type)));
  // Written out, so that the indexes that hold one kind alone can serve it.
  if (kind) conditions.push(`kind = ${kindNumber(kind)}`);
  for (const tag of tags) {
    conditions.push(
      `number IN (SELECT record FROM ${schema}.tag WHERE tag = ${parameter(digestOf(tag).toString("hex"), "uuid")})`,
    );
  }
  if (dueBy !== undefined) conditions.push(`due <= ${parameter(dueBy, "bigint")}`);
  if (place[0] !== "number") conditions.push(`${place[0]} IS NOT NULL`);
  if (cursor !== undefined) {
    const after = readPageCursor(cursor, order).map((value) => parameter(value, "bigint"));
    conditions.push(`(${place.join(", ")}) ${compare} (${after.join(", ")})`);
  }
  const clause = conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : "";
  const text = `SELECT ${RECORD_COLUMNS}, ${place.join(", ")} FROM ${schema}.record ${clause} ORDER BY ${by} LIMIT ${parameter(limit + 1, "integer")}`;
  return { text, values };
}

/** Only what is named here becomes part of a statement. */
const TEXTS = ["state", "application", "module", "owner", "type", "allocation"];
/** Indexed by their beginning. */
const BY_BEGINNING = ["state", "application"];

function equals(column: string, parameter: (type: string) => string): string {
  if (column === "finding") return `finding = ${parameter("integer")}`;
  if (!TEXTS.includes(column)) throw new Error(`no query by ${column}`);
  const value = parameter("text");
  const whole = `${column} = ${value}`;
  return BY_BEGINNING.includes(column) ? `left(${column}, 100) = left(${value}, 100) AND ${whole}` : whole;
}

/** Reads what the statement of the same query has given. */
export function pageOf({ order, limit }: Query, rows: readonly Row[]): Page {
  const width = RECORD_COLUMNS.split(", ").length;
  const records = rows.slice(0, limit).map(readRecord);
  const last = rows[limit - 1];
  if (rows.length <= limit || !last) return { records };
  const place: Place = last.slice(width).map(Number);
  return { records, next: writePageCursor(order, place) };
}
