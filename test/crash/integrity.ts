import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What SQLite finds wrong with the file that a killed server left behind. */
export function brokenIn(directory: string): string[] {
  // In a copy: to open the file would recover it, and that is for the server to do.
  const copies = join(directory, "examined");
  mkdirSync(copies);
  for (const name of ["drett.db", "drett.db-wal"]) {
    if (existsSync(join(directory, name))) copyFileSync(join(directory, name), join(copies, name));
  }
  const db = new DatabaseSync(join(copies, "drett.db"));
  try {
    const rows = db.prepare("PRAGMA integrity_check").all() as { integrity_check: string }[];
    return rows.map((row) => row.integrity_check).filter((text) => text !== "ok");
  } finally {
    db.close();
    rmSync(copies, { recursive: true });
  }
}
