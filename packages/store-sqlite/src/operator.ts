import { statSync } from "node:fs";
import type { Query } from "@drett/core";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { events, lastPosition, query, trim } from "./reading.ts";
import type { Flat } from "./rows.ts";
import { epochOf, migrate } from "./schema.ts";
import { isBusy, leavesConnectionSound, StoreRefused, type Trouble, troubleOf } from "./trouble.ts";
import { commit, load } from "./writing.ts";

const OPERATIONS = {
  migrate: (connection: Connection, restored: boolean) => migrate(connection.db, restored),
  epochOf: (connection: Connection) => epochOf(connection.db),
  load: (connection: Connection, keys: Flat) => load(connection, keys),
  commit: (connection: Connection, changes: Flat) => commit(connection, changes),
  logPages: (connection: Connection) => connection.logPages(),
  checkpoint: (connection: Connection) => connection.checkpoint(),
  checkpointAll: (connection: Connection) => connection.checkpointAll(),
  syncFile: (connection: Connection) => connection.syncFile(),
  query: (connection: Connection, asked: Query, after: Flat | undefined) => query(connection, asked, after),
  events: (connection: Connection, after: number, limit: number) => events(connection, after, limit),
  trim: (connection: Connection, upTo: number) => trim(connection, upTo),
  lastPosition: (connection: Connection) => lastPosition(connection),
};
export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;

export type Outcome = readonly [trouble: Trouble | null, answer?: unknown];

export interface OperatorOptions extends ConnectionOptions {
  readonly file: string;
}

/** How long to go on trying while others hold a lock, in milliseconds. */
const PATIENCE_MS = 2_000;

/** Does one thing after the other on a connection of its own, which it opens when it is first asked. */
export class Operator {
  readonly #options: OperatorOptions;
  #connection: Connection | undefined;
  /** Which file it was that was opened first. */
  #inode: number | undefined;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /**
   * Never throws: what went wrong is part of the outcome. What found a lock taken has done nothing, and is tried again a
   * millisecond later: whoever waits so, server or guest, is soon the next.
   */
  run(operation: OperationName, input: readonly unknown[]): Outcome {
    for (const deadline = performance.now() + PATIENCE_MS; ; ) {
      try {
        return [null, this.#try(operation, input)];
      } catch (error) {
        if (isBusy(error) && performance.now() < deadline) continue;
        if (!leavesConnectionSound(error)) this.#discard();
        return [troubleOf(error)];
      }
    }
  }

  #try(operation: OperationName, input: readonly unknown[]): unknown {
    this.#connection ??= this.#open();
    if (operation === "commit") this.#checkInPlace();
    const run = OPERATIONS[operation] as (connection: Connection, ...input: unknown[]) => unknown;
    return run(this.#connection, ...input);
  }

  close(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #open(): Connection {
    if (this.#inode !== undefined) this.#checkInPlace();
    const { file, ...options } = this.#options;
    const opened = new Connection(file, options);
    this.#inode = statSync(file).ino;
    return opened;
  }

  /** A file that was moved away, removed or replaced can still be written, but what is written is not where it is looked for. */
  #checkInPlace(): void {
    const { file } = this.#options;
    if (statSync(file, { throwIfNoEntry: false })?.ino === this.#inode) return;
    throw new StoreRefused(
      `${file} was moved, removed or replaced`,
      "Put it back, and drett goes on by itself; or restore a backup and restart the server.",
    );
  }

  /** After an I/O error a connection may know less than the disk: the next request begins with a new one. */
  #discard(): void {
    try {
      this.#connection?.close();
    } catch {}
    this.#connection = undefined;
  }
}
