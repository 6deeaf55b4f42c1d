import type {
  Abortable,
  ClientSession,
  Collection,
  Db,
  Document,
  Filter,
  FindCursor,
  FindOptions,
  MongoClient,
} from "mongodb";
import type { RecordDocument } from "./documents.ts";
import type { Group } from "./marks.ts";

/** What a `write` command answers. */
export interface WriteReply {
  readonly n: number;
  readonly writeErrors?: readonly WriteFault[];
  /** It was written, and it is not known whether that will last. */
  readonly writeConcernError?: { readonly code: number; readonly errmsg: string };
}

interface WriteFault {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
}

export const DUPLICATE_KEY = 11_000;

/** Of a write that was not done, or not confirmed: told within a reply, by MongoDB's code. */
export class WriteFailed extends Error {
  override readonly name = "WriteFailed";
  readonly code: number;

  constructor({ code, errmsg }: { readonly code: number; readonly errmsg: string }) {
    super(errmsg);
    this.code = code;
  }
}

export function throwFault(fault: { readonly code: number; readonly errmsg: string } | undefined): void {
  if (fault) throw new WriteFailed(fault);
}

export interface DatabaseOptions {
  readonly client: MongoClient;
  readonly name: string;
  /** What the names of the collections begin with. */
  readonly prefix: string;
  /** How long the other members of a replica set may take to confirm a write. */
  readonly timeoutMs: number;
}

/** What a command may take longer than its `wtimeout`. */
export const GRACE_MS = 5_000;

/** The three collections, and the one way in which they are written: confirmed by a majority, and journaled. */
export class Database {
  readonly client: MongoClient;
  readonly db: Db;
  readonly records: Collection<RecordDocument>;
  readonly events: Collection<ChunkDocument>;
  readonly meta: Collection<Document & { _id: string }>;
  readonly #concern: object;
  readonly #patienceMs: number;

  constructor({ client, name, prefix, timeoutMs }: DatabaseOptions) {
    this.client = client;
    this.db = client.db(name);
    this.records = this.db.collection(`${prefix}records`);
    this.events = this.db.collection(`${prefix}events`);
    this.meta = this.db.collection(`${prefix}meta`);
    this.#concern = { w: "majority", j: true, wtimeout: timeoutMs };
    this.#patienceMs = timeoutMs + GRACE_MS;
  }

  find<Schema extends Document>(
    collection: Collection<Schema>,
    filter: Filter<Schema>,
    options: FindOptions = {},
  ): FindCursor<Schema> {
    return collection.find(filter, { ...options, ...this.#patience }) as unknown as FindCursor<Schema>;
  }

  command(command: Document): Promise<Document> {
    return this.db.command(command, this.#patience);
  }

  /** Each on its own: one that cannot be inserted spoils no other. */
  insert(into: NamedCollection, documents: readonly object[], session?: ClientSession): Promise<WriteReply> {
    return this.#write({ insert: into.collectionName, documents, ordered: false }, session);
  }

  update(of: NamedCollection, updates: readonly object[], session?: ClientSession): Promise<WriteReply> {
    return this.#write({ update: of.collectionName, updates, ordered: false }, session);
  }

  remove(of: NamedCollection, q: object): Promise<WriteReply> {
    return this.#write({ delete: of.collectionName, deletes: [{ q, limit: 0 }] }, undefined);
  }

  /** Straight to the server: the driver's own bulk writes serialise each document twice. */
  async #write(command: Document, session: ClientSession | undefined): Promise<WriteReply> {
    const options = { ...(session && { session }), ...this.#patience };
    const reply = await this.db.command({ ...command, writeConcern: this.#concern }, options);
    return reply as unknown as WriteReply;
  }

  /**
   * Nothing holds a command for ever. A connection that dies just as the command is written to it would: the driver
   * waits until it can be written to again.
   */
  get #patience(): Abortable {
    return { signal: AbortSignal.timeout(this.#patienceMs) };
  }
}

interface NamedCollection {
  readonly collectionName: string;
}

/** A part of the feed: what came next. */
export interface ChunkDocument {
  /** The position of its first fact: how many came before. No two chunks can have the same. */
  readonly _id: number;
  readonly facts: number;
  /** What others had not told: before any further chunk, these marks are taken off. */
  readonly rescued: readonly Group[];
  readonly groups: readonly Group[];
  /** Of each writer, up to which of its flushes all is told. */
  readonly heard: { readonly [writer: string]: number };
}
