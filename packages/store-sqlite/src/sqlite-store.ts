import { mkdirSync } from "node:fs";
import { join } from "node:path";
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
import { Checkpointer } from "./checkpointer.ts";
import { type Flat, flattenChanges, flattenKeys, readEvents, readRecords } from "./rows.ts";
import { ServerLock } from "./server-lock.ts";
import { ThreadClient } from "./thread-client.ts";
import { troubleOf } from "./trouble.ts";

export interface SqliteOptions {
  /** Created where it is missing; holds `drett.db`. */
  readonly directory: string;
}

/** Opens the store and brings its schema up to date. Rejects with {@link StoreUnavailable}, saying what to do. */
export async function openStore({ directory }: SqliteOptions): Promise<Store> {
  const lock = takeLock(directory);
  const file = join(directory, "drett.db");
  const writer = new ThreadClient({ file, cacheKiB: 16_384, readOnly: false });
  try {
    const epoch = await writer.ask("migrate");
    const reader = new ThreadClient({ file, cacheKiB: 8_192, readOnly: true });
    return new SqliteStore(lock, writer, reader, epoch);
  } catch (error) {
    await writer.close();
    lock.release();
    throw error;
  }
}

function takeLock(directory: string): ServerLock {
  try {
    mkdirSync(directory, { recursive: true });
    return ServerLock.take(directory);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const { message, remedy } = troubleOf(error);
    throw new StoreUnavailable(`${directory} cannot hold the store: ${message}`, remedy, { cause: error });
  }
}

/** Writes in one thread, reads for people in another, so that neither waits for the other nor the event loop for them. */
class SqliteStore implements Store {
  readonly name = "sqlite";
  readonly #lock: ServerLock;
  readonly #writer: ThreadClient;
  readonly #reader: ThreadClient;
  readonly #checkpointer: Checkpointer;
  readonly #epoch: string;
  #closed: Promise<void> | undefined;

  constructor(lock: ServerLock, writer: ThreadClient, reader: ThreadClient, epoch: string) {
    this.#lock = lock;
    this.#writer = writer;
    this.#reader = reader;
    this.#checkpointer = new Checkpointer(writer, reader);
    this.#epoch = epoch;
  }

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    this.#checkOpen();
    return readRecords(await this.#writer.ask("load", flattenKeys(keys)));
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    this.#checkOpen();
    const outcomes = await this.#writer.ask("commit", flattenChanges(changes));
    this.#checkpointer.committed();
    return outcomes.map((applied) => (applied === 1 ? "applied" : "conflict"));
  }

  async query(query: Query): Promise<Page> {
    this.#checkOpen();
    const after = query.cursor === undefined ? undefined : readCursor(query.cursor, query.order);
    const rows = await this.#reader.ask("query", query, after);
    const places = rows.map((row) => row.splice(row.length - PLACES[query.order]));
    const records = readRecords(rows.slice(0, query.limit).flat());
    const last = places[query.limit - 1];
    return rows.length > query.limit && last
      ? { records, next: writeCursor(query.order, last) }
      : { records };
  }

  async events(after: string | undefined, limit: number): Promise<EventPage> {
    this.#checkOpen();
    const start = after === undefined ? 0 : await this.#positionOf(after);
    const cursorOf = (position: number) => `${this.#epoch}-${position}`;
    const events = readEvents(await this.#reader.ask("events", start, limit), cursorOf);
    return { events, cursor: events.at(-1)?.cursor ?? cursorOf(start) };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#checkpointer.idle();
    await this.#writer.close();
    await this.#reader.close();
    this.#lock.release();
  }

  async #positionOf(cursor: string): Promise<number> {
    const [epoch, digits = ""] = cursor.split("-");
    const position = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    if (epoch !== this.#epoch || Number.isNaN(position)) throw new CursorRefused("invalid");
    if (position > (await this.#reader.ask("lastPosition"))) throw new CursorRefused("invalid");
    return position;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
  }
}

/** How many numbers say where a row stands in an order. */
const PLACES: { readonly [order in Query["order"]]: number } = { newest: 1, oldest: 1, finding: 3, due: 2 };

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
