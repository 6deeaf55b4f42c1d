import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreUnavailable } from "@drett/core";

/** Held by the one server that writes. The lock goes with the process, however that ends. */
export class ServerLock {
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  static take(directory: string): ServerLock {
    const db = new DatabaseSync(join(directory, "server.lock"));
    const pidFile = join(directory, "server.pid");
    try {
      db.exec("BEGIN EXCLUSIVE");
      writeFileSync(pidFile, `${process.pid}\n`);
      return new ServerLock(db);
    } catch (error) {
      db.close();
      if ((error as { errcode?: number }).errcode !== 5) throw error;
      throw new StoreUnavailable(
        `another server has ${directory} open (process ${readPid(pidFile)})`,
        "Stop it first, or give this one a directory of its own: one server at a time writes a SQLite store.",
      );
    }
  }

  release(): void {
    this.#db.close();
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
