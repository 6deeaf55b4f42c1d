import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { StoreRefused } from "./trouble.ts";

interface Migration {
  readonly number: number;
  readonly sql: string;
  readonly checksum: string;
}

const directory = new URL("./migrations/", import.meta.url);

/** The numbered SQL files, in their order. */
function migrations(): readonly Migration[] {
  const names = readdirSync(directory).filter((name) => /^\d{3}-.*\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, directory), "utf8");
    return {
      number: Number(name.slice(0, 3)),
      sql,
      checksum: createHash("sha256").update(sql).digest("hex"),
    };
  });
}

/**
 * Brings the schema up to date, all of it or nothing. Returns the epoch, which tells this store from any other; one
 * that was restored gets a new one.
 */
export function migrate(db: DatabaseSync, restored: boolean): string {
  db.exec("BEGIN IMMEDIATE");
  try {
    db.exec(
      "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT",
    );
    db.exec("CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
    const verb = restored ? "REPLACE" : "INSERT OR IGNORE";
    db.prepare(`${verb} INTO meta VALUES ('epoch', ?)`).run(randomBytes(4).toString("hex"));
    for (const { number, sql, checksum } of missingIn(db)) {
      db.exec(sql);
      db.prepare("INSERT INTO migration VALUES (?, ?)").run(number, checksum);
    }
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
  return epochOf(db);
}

/** The epoch of a store that is up to date. Refuses any other. */
export function epochOf(db: DatabaseSync): string {
  refuseOutdated(db);
  const { value } = db.prepare("SELECT value FROM meta WHERE name = 'epoch'").get() as { value: string };
  return value;
}

/** Changes nothing. */
export function refuseOutdated(db: DatabaseSync): void {
  const isMade = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get();
  if (isMade && missingIn(db).length === 0) return;
  throw new StoreRefused(
    isMade ? "the schema of the store is older than this drett" : "the store has no schema yet",
    "Start `drett-server` of this version once: it brings the store up to date.",
  );
}

/** The migrations that the store lacks. Refuses a store that has others than these. */
function missingIn(db: DatabaseSync): readonly Migration[] {
  const wanted = migrations();
  const rows = db.prepare("SELECT number, checksum FROM migration").all() as {
    number: number;
    checksum: string;
  }[];
  const applied = new Map(rows.map(({ number, checksum }) => [number, checksum]));
  const newest = Math.max(0, ...applied.keys());
  const known = Math.max(0, ...wanted.map(({ number }) => number));
  if (newest > known) {
    throw new StoreRefused(
      `the store has schema ${newest}, this drett knows schemas up to ${known}`,
      "Start the newer drett that wrote it, or restore a backup made before the upgrade.",
    );
  }
  for (const { number, checksum } of wanted) {
    if ((applied.get(number) ?? checksum) === checksum) continue;
    throw new StoreRefused(
      `migration ${number} of the store is not the one that this drett has`,
      "Start the drett that made this store; its schema was changed since.",
    );
  }
  return wanted.filter(({ number }) => !applied.has(number));
}
