import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "@drett/core";

const BUSY = 5;

/**
 * Keeps a second server out, for two journals in one file are none. Node has no lock on files but SQLite's, and that is
 * a good one: it goes with the process, however that ends.
 */
export function takeLock(directory: string): { release(): void } {
  const db = new DatabaseSync(join(directory, "lock"));
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== BUSY) throw error;
    throw new StoreUnavailable(
      `another server has ${directory} open`,
      "Stop it first, or set `directory` to another folder.",
    );
  }
  return { release: () => db.close() };
}
