import { DatabaseSync, type StatementSync } from "node:sqlite";

/** How long to wait for the lock of another process before giving up, in milliseconds. */
const BUSY_MS = 2_000;

/**
 * One connection with its prepared statements. WAL, so that readers and the writer do not wait for one another;
 * FULL, since NORMAL may lose what was committed when the power fails.
 */
export class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string, { cacheKiB, readOnly }: { cacheKiB: number; readOnly: boolean }) {
    this.db = new DatabaseSync(file, { readOnly, timeout: BUSY_MS });
    try {
      if (!readOnly) this.db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      // A process that was killed may have left in the log what it never synced. This syncs it, before a retry is
      // told that it is known.
      if (!readOnly) this.db.exec("PRAGMA wal_checkpoint(PASSIVE)");
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

  close(): void {
    this.#statements.clear();
    this.db.close();
  }
}
