import {
  type Change,
  type CommitOutcome,
  CursorRefused,
  type EventPage,
  type Key,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "@drett/core";
import type { Client } from "./client.ts";
import { type Flat, flattenChanges, flattenKeys, readEvents, readRecords } from "./rows.ts";

/** What a store is made of. */
export interface Parts {
  readonly writer: Client;
  /** Reads for people. */
  readonly reader: Client;
  /** Tells this store from any other. */
  readonly epoch: string;
  /** Hears of each commit. */
  committed(): void;
  /** Lets go of all of it. */
  close(): Promise<void>;
}

export class SqliteStore implements Store {
  readonly name = "sqlite";
  readonly #parts: Parts;
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    this.#checkOpen();
    return readRecords(await this.#parts.writer.ask("load", flattenKeys(keys)));
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    this.#checkOpen();
    const outcomes = await this.#parts.writer.ask("commit", flattenChanges(changes));
    this.#parts.committed();
    return outcomes.map((applied) => (applied === 1 ? "applied" : "conflict"));
  }

  async query(query: Query): Promise<Page> {
    this.#checkOpen();
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, query.order);
    const rows = await this.#parts.reader.ask("query", query, after);
    const places = rows.map((row) => row.splice(row.length - PLACES[query.order]));
    const records = readRecords(rows.slice(0, query.limit).flat());
    const last = places[query.limit - 1];
    return rows.length > query.limit && last
      ? { records, next: writeCursor(query.order, last) }
      : { records };
  }

  async trim(upTo: string): Promise<number> {
    this.#checkOpen();
    const trimmed = await this.#parts.writer.ask("trim", await this.#positionOf(upTo));
    this.#parts.committed();
    return trimmed;
  }

  async events(after: string | undefined, limit: number): Promise<EventPage> {
    this.#checkOpen();
    const start = after === undefined ? 0 : await this.#positionOf(after);
    const { reader, epoch } = this.#parts;
    const cursorOf = (position: number) => `${epoch}-${position}`;
    const rows = await reader.ask("events", start, limit);
    // Positions have no gaps: where one does not follow, what came before it was trimmed.
    const isCut = rows.length > 0 && rows[0] !== start + 1;
    if (after !== undefined && isCut) throw new CursorRefused("expired");
    const events = readEvents(rows, cursorOf);
    return { events, cursor: events.at(-1)?.cursor ?? cursorOf(start) };
  }

  close(): Promise<void> {
    this.#closed ??= this.#parts.close();
    return this.#closed;
  }

  async #positionOf(cursor: string): Promise<number> {
    const [epoch, digits = ""] = cursor.split("-");
    const position = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    if (epoch !== this.#parts.epoch || Number.isNaN(position)) throw new CursorRefused("invalid");
    if (position > (await this.#parts.reader.ask("lastPosition"))) throw new CursorRefused("invalid");
    return position;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
  }
}

/** How many numbers say where a row stands in an order. */
const PLACES: { readonly [order in Query["order"]]: number } = {
  newest: 1,
  oldest: 1,
  finding: 3,
  due: 2,
  until: 2,
};

function writeCursor(order: Query["order"], place: Flat): string {
  return Buffer.from(JSON.stringify([order, ...place])).toString("base64url");
}

function readCursor(cursor: string, order: Query["order"]): Flat {
  try {
    const [ofOrder, ...place] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [string, ...Flat];
    if (ofOrder === order && place.length === PLACES[order] && place.every(Number.isSafeInteger))
      return place;
  } catch {}
  throw new CursorRefused("invalid");
}
