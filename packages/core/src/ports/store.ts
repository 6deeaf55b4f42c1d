import type { Columns } from "../domain/indexed.ts";
import type { StoredKind } from "../domain/record.ts";
import type { Key } from "../domain/view.ts";

/**
 * Keeps records and versions, and knows a few columns; it knows no rule. All that it must be able to do
 * atomically is to write one record at the version that it was loaded at.
 *
 * Every method rejects with {@link StoreUnavailable} while the store cannot answer; a later call may succeed.
 */
export interface Store {
  /** What messages and metrics call it. */
  readonly name: string;

  /**
   * How many flushes may be under way at a time, for a store far enough away that one alone would leave it idle; one
   * where nothing is said. No record is in two of them.
   */
  readonly flushes?: number;

  /**
   * The records that the keys name, and the allocations that the resources among them belong to, each once, in no
   * order. What is not there is left out.
   */
  load(keys: readonly Key[]): Promise<readonly StoredRecord[]>;

  /**
   * Writes each record at its version, and one event for each of its new facts, durably before it answers.
   * One outcome a change, in their order; a change whose outcome is not "applied" spoils no other. No record stands
   * in it twice. Rejects only if none of them was applied. Without any change it writes and syncs all the same, and
   * so tells whether it can.
   */
  commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]>;

  query(query: Query): Promise<Page>;

  /** Facts in the order of their commits, after the cursor, or from the oldest kept; never skips one. */
  events(after: string | undefined, limit: number): Promise<EventPage>;

  /**
   * Takes events up to and including the one with this cursor out of the feed, for good; some of the last of them it may
   * keep. Whoever would read on from before one that is gone is refused (`expired`). Returns how many it took out.
   */
  trim(upTo: string): Promise<number>;

  /** Waits for what is under way. Afterwards every call rejects. */
  close(): Promise<void>;
}

export interface StoredRecord {
  readonly kind: StoredKind;
  readonly id: string;
  /** 1 when it was created, one more with each write. */
  readonly version: number;
  /** Its columns of these names, as of that write. */
  readonly due: number | null;
  readonly finding: number | null;
  readonly since: number | null;
  /** Its facts, as JSON text: a list; of a tombstone, what was written in its place. */
  readonly body: string;
  /** Of a tombstone, when it may go. */
  readonly until?: number;
}

/** What is needed to read a record. */
export type StoredBody = Pick<StoredRecord, "kind" | "id" | "body">;

export interface Change {
  readonly kind: StoredKind;
  readonly id: string;
  /** The version that it was decided on; 0: it must not exist. */
  readonly expected: number;
  readonly columns: Columns;
  /** All its facts, as JSON text. */
  readonly body: string;
  /** Its new facts: the places from `from` up to but not including `to`. None where it is only indexed anew. */
  readonly from: number;
  readonly to: number;
  /** A tombstone takes its place: found by its key, and by no query but that for tombstones. */
  readonly until?: number;
  /** It goes, and its id is free again. All its events have been trimmed by then. */
  readonly gone?: true;
}

/** `unknown`: the connection died, and it may have been applied or not. */
export type CommitOutcome = "applied" | "conflict" | "unknown";

export interface Query {
  /** Of all kinds where none is named. */
  readonly kind?: StoredKind;
  /** Equal to all of these; nothing equals null. */
  readonly where?: Partial<Omit<Columns, "tags" | "due" | "since">>;
  /** Carries all of these. */
  readonly tags?: readonly string[];
  /** Only what is due by then (inclusive). */
  readonly dueBy?: number;
  /**
   * `newest`: latest created first; `oldest`: the other way. `finding`: what has one, by rank, then by since when.
   * `due`: what is due, earliest first. `until`: the tombstones, and nothing else, by when they may go.
   */
  readonly order: "newest" | "oldest" | "finding" | "due" | "until";
  readonly limit: number;
  /** Where an earlier page of the same query ended. */
  readonly cursor?: string;
}

export interface Page {
  readonly records: readonly StoredRecord[];
  /** Where to go on; absent where there is no more. */
  readonly next?: string;
}

export interface StoredEvent {
  /** To go on after this event. */
  readonly cursor: string;
  readonly kind: StoredKind;
  readonly id: string;
  /** The place of the fact in the record; facts never move. */
  readonly place: number;
  /** The fact, as JSON text; null where the record's body is no longer JSON. */
  readonly fact: string | null;
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** To go on after the last of them, or after what was asked for; a fresh store has one too. */
  readonly cursor: string;
}

/** The store cannot answer now. `remedy` tells the operator what to do about it. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The cursor is not of this store (`invalid`), or what follows it is no longer kept (`expired`). */
export class CursorRefused extends Error {
  override readonly name = "CursorRefused";
  readonly reason: "invalid" | "expired";

  constructor(reason: "invalid" | "expired") {
    super(`the cursor is ${reason}`);
    this.reason = reason;
  }
}
