import { closeSync, existsSync, fdatasyncSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

/**
 * How long SQLite waits for a lock before it says so, in milliseconds; see `Operator.run`. By itself it would wait longer
 * each time, up to 100 ms: too long to meet the lock free beside a server that lets go of it for less than one.
 */
const BUSY_MS = 1;

export interface ConnectionOptions {
  readonly role: Role;
  readonly cacheKiB: number;
}

/** The two of a server, and the one of a guest, which does both beside it. */
export type Role = "writer" | "reader" | "guest";

/** Where a connection checkpoints by itself, in pages of the log: far beyond where it is told to. */
const BACKSTOP_PAGES = 64_000;

/**
 * One connection with its prepared statements. WAL, so that readers and the writer do not wait for one another;
 * FULL, since NORMAL may lose what was committed when the power fails.
 */
export class Connection {
  readonly db: DatabaseSync;
  readonly role: Role;
  readonly #statements = new Map<string, StatementSync>();

  readonly #file: string;
  /** Never closed: to close any descriptor of a file drops all locks that the process holds on it. */
  #syncing: number | undefined;

  constructor(file: string, { role, cacheKiB }: ConnectionOptions) {
    this.#file = file;
    this.role = role;
    this.db = new DatabaseSync(role === "guest" ? existing(file) : file, { timeout: BUSY_MS });
    try {
      this.#prepareFor(role);
      this.db.exec(`PRAGMA wal_autocheckpoint = ${BACKSTOP_PAGES}`);
      this.db.exec(`PRAGMA cache_size = -${cacheKiB}; PRAGMA temp_store = MEMORY`);
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  /**
   * A process that was killed may have left in the log what it never synced. Whoever may write syncs it first, before
   * a retry is told that it is known.
   */
  #prepareFor(role: Role): void {
    if (role === "reader") this.db.exec("PRAGMA query_only = ON");
    if (role === "writer") {
      this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(PASSIVE)");
    }
    if (role === "guest") {
      // It reads something, and so finds what is in the log; from then on nobody removes that.
      this.db.exec("PRAGMA synchronous = FULL; PRAGMA schema_version");
      this.#syncLog();
    }
  }

  /** Prepares each text once. */
  statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.db.prepare(sql);
    prepared.setReturnArrays(true);
    this.#statements.set(sql, prepared);
    return prepared;
  }

  /** All of it or nothing. */
  inTransaction<Result>(run: () => Result): Result {
    this.statement("BEGIN IMMEDIATE").run();
    try {
      const result = run();
      this.statement("COMMIT").run();
      return result;
    } catch (error) {
      if (this.db.isTransaction) this.statement("ROLLBACK").run();
      throw error;
    }
  }

  /** How long the log is, in pages. */
  logPages(): number {
    const [, pages] = this.statement("PRAGMA wal_checkpoint(NOOP)").get() as unknown as [number, number];
    return pages;
  }

  /** Brings what is in the log into the file, as far as no reader is in the way. */
  checkpoint(): void {
    this.statement("PRAGMA wal_checkpoint(PASSIVE)").get();
  }

  /** The same while nobody else writes, so that the log can begin anew; less than that where somebody is in the way. */
  checkpointAll(): void {
    this.statement("PRAGMA wal_checkpoint(FULL)").get();
  }

  /** SQLite syncs the file in the pass that reaches the end of the log; done before, that has little to wait for. */
  syncFile(): void {
    this.#syncing ??= openSync(this.#file, "r");
    fdatasyncSync(this.#syncing);
  }

  close(): void {
    this.#statements.clear();
    this.db.close();
  }

  /** What a checkpoint would do to the same end would cost as much as the log is long. Nobody holds locks on these two. */
  #syncLog(): void {
    const file = this.db.location() as string;
    if (!existsSync(`${file}-wal`)) return;
    syncAndClose(`${file}-wal`, fdatasyncSync);
    syncAndClose(dirname(file), fsyncSync);
  }
}

/** Opens what is there, and makes nothing. */
function existing(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set("mode", "rw");
  return url;
}

function syncAndClose(path: string, sync: (descriptor: number) => void): void {
  const descriptor = openSync(path, "r");
  try {
    sync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
