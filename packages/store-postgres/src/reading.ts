import type { Page, Query } from "@drett/core";
import type { Statement } from "./connections.ts";
import { type Place, readPageCursor, writePageCursor } from "./cursors.ts";
import { digestOf, kindNumber, RECORD_COLUMNS, type Row, readRecord } from "./rows.ts";

/** What an order is paged by, and how. */
interface Paging {
  readonly place: readonly string[];
  readonly compare: "<" | ">";
  readonly by: string;
}

const ORDERS: { readonly [order in Query["order"]]: Paging } = {
  newest: { place: ["number"], compare: "<", by: "number DESC" },
  oldest: { place: ["number"], compare: ">", by: "number" },
  finding: { place: ["finding", "since", "number"], compare: ">", by: "finding, since, number" },
  due: { place: ["due", "number"], compare: ">", by: "due, number" },
  until: { place: ["until", "number"], compare: ">", by: "until, number" },
};

/** Where one of these has a value, the order of the index on it; no other index can give that one. */
const BY_VALUE = ["state", "application", "allocation"] as const;
const ORDERS_BY_VALUE: Pick<typeof ORDERS, "newest" | "oldest"> = {
  newest: { place: ["-number"], compare: ">", by: "-number" },
  oldest: { place: ["-number"], compare: "<", by: "-number DESC" },
};

function pagingOf({ order, where = {} }: Query): Paging {
  const byAge = order === "newest" || order === "oldest";
  const byValue = BY_VALUE.some((column) => where[column] !== undefined);
  return byAge && byValue ? ORDERS_BY_VALUE[order] : ORDERS[order];
}

/** Gives the name of one more value. */
type Parameter = (value: unknown, type: string) => string;

/** Asks for one more row than a page takes, if there is one; each row ends with its place in the order. */
export function queryStatement(schema: string, query: Query): Statement {
  const { kind, where = {}, tags = [], dueBy, order, limit, cursor } = query;
  const { place, compare, by } = pagingOf(query);
  const conditions: string[] = [];
  const values: unknown[] = [];
  const parameter: Parameter = (value, type) => `$${values.push(value)}::${type}`;

  for (const [column, value] of Object.entries(where)) conditions.push(equals(column, value, parameter));
  // Written out, so that the indexes that hold one kind alone can serve it.
  if (kind) conditions.push(`kind = ${kindNumber(kind)}`);
  for (const tag of tags) {
    conditions.push(
      `number IN (SELECT record FROM ${schema}.tag WHERE tag = ${parameter(digestOf(tag).toString("hex"), "uuid")})`,
    );
  }
  if (dueBy !== undefined) conditions.push(`due <= ${parameter(dueBy, "bigint")}`);
  conditions.push(order === "until" ? "until IS NOT NULL" : "until IS NULL");
  if (order === "finding" || order === "due") conditions.push(`${order} IS NOT NULL`);
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
/** Indexed by their beginning, of so many characters. */
const BY_BEGINNING = ["state", "application"];
const BEGINNING = 100;

function equals(column: string, value: unknown, parameter: Parameter): string {
  if (column === "finding") return `finding = ${parameter(value, "integer")}`;
  if (!TEXTS.includes(column)) throw new Error(`no query by ${column}`);
  const text = parameter(value, "text");
  if (!BY_BEGINNING.includes(column)) return `${column} = ${text}`;
  const beginning = `left(${column}, ${BEGINNING}) = left(${text}, ${BEGINNING})`;
  // Asked twice for what is the same, the planner would take it for rarer than it is.
  const isWhole = typeof value !== "string" || value.length < BEGINNING;
  return isWhole ? beginning : `${beginning} AND ${column} = ${text}`;
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
