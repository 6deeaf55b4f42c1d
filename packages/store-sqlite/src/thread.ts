import { statSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import type { Query } from "@drett/core";
import { Connection } from "./connection.ts";
import { events, lastPosition, query } from "./reading.ts";
import type { Flat } from "./rows.ts";
import { migrate } from "./schema.ts";
import { leavesConnectionSound, StoreRefused, type Trouble, troubleOf } from "./trouble.ts";
import { commit, load } from "./writing.ts";

export interface ThreadData {
  readonly file: string;
  readonly cacheKiB: number;
  readonly readOnly: boolean;
}

/** What the threads can be asked to do. */
const OPERATIONS = {
  migrate: (connection: Connection) => migrate(connection.db),
  load: (connection: Connection, keys: Flat) => load(connection, keys),
  commit: (connection: Connection, changes: Flat) => commit(connection, changes),
  logPages: (connection: Connection) => connection.logPages(),
  checkpoint: (connection: Connection) => connection.checkpoint(),
  syncFile: (connection: Connection) => connection.syncFile(),
  query: (connection: Connection, asked: Query, after: Flat | undefined) => query(connection, asked, after),
  events: (connection: Connection, after: number, limit: number) => events(connection, after, limit),
  lastPosition: (connection: Connection) => lastPosition(connection),
};
export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;

export type Request = [number: number, operation: OperationName | "close", ...input: unknown[]];
export type Response = [number: number, trouble: Trouble | null, answer: unknown];

const { file, cacheKiB, readOnly } = workerData as ThreadData;
let connection: Connection | undefined;
/** Which file it was that was opened first. */
let inode: number | undefined;

parentPort?.on("message", handle);

function handle([number, operation, ...input]: Request): void {
  const answer = (trouble: Trouble | null, result?: unknown) =>
    parentPort?.postMessage([number, trouble, result] satisfies Response);
  if (operation === "close") {
    connection?.close();
    answer(null);
    parentPort?.close();
    return;
  }
  try {
    connection ??= open();
    if (operation === "commit") checkInPlace();
    const run = OPERATIONS[operation] as (connection: Connection, ...input: unknown[]) => unknown;
    answer(null, run(connection, ...input));
  } catch (error) {
    if (!leavesConnectionSound(error)) discard();
    answer(troubleOf(error));
  }
}

function open(): Connection {
  if (inode !== undefined) checkInPlace();
  const opened = new Connection(file, { cacheKiB, readOnly });
  inode = statSync(file).ino;
  return opened;
}

/** A file that was moved away, removed or replaced can still be written, but what is written is not where it is looked for. */
function checkInPlace(): void {
  if (statSync(file, { throwIfNoEntry: false })?.ino === inode) return;
  throw new StoreRefused(
    `${file} was moved, removed or replaced`,
    "Put it back, and drett goes on by itself; or restore a backup and restart the server.",
  );
}

/** After an I/O error a connection may know less than the disk: the next request begins with a new one. */
function discard(): void {
  try {
    connection?.close();
  } catch {}
  connection = undefined;
}
