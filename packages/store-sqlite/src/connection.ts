import { fdatasyncSync, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** Where the writer checkpoints by itself, in pages of the log: far beyond where it is told to. */
const BACKSTOP_PAGES = 64_000;

/** How long to wait for the lock of another process before giving up, in milliseconds. */
const BUSY_MS = 2_000;

/**
 * One connection with its prepared statements. WAL, so that readers and the writer do not wait for one another;
 * FULL, since NORMAL may lose what was committed when the power fails.
 */
export class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  readonly #file: string;
  /** Never closed: to close any descriptor of a file drops all locks that the process holds on it. */
  #syncing: number | undefined;

  constructor(file: string, { cacheKiB, readOnly }: { cacheKiB: number; readOnly: boolean }) {
    this.#file = file;
    this.db = new DatabaseSync(file, { timeout: BUSY_MS });
    try {
      if (!readOnly) this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      // A process that was killed may have left in the log what it never synced. This syncs it, before a retry is
      // told that it is known.
      if (!readOnly) this.db.exec("PRAGMA wal_checkpoint(PASSIVE)");
      if (readOnly) this.db.exec("PRAGMA query_only = ON");
      this.db.exec(`PRAGMA wal_autocheckpoint = ${BACKSTOP_PAGES}`);
      this.db.exec(`PRAGMA cache_size = -${cacheKiB}; PRAGMA temp_store = MEMORY`);
    } catch (error) {
      this.db.close();
      throw error;
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

  /** SQLite syncs the file in the pass that reaches the end of the log; done before, that has little to wait for. */
  syncFile(): void {
    this.#syncing ??= openSync(this.#file, "r");
    fdatasyncSync(this.#syncing);
  }

  close(): void {
    this.#statements.clear();
    this.db.close();
  }
}
