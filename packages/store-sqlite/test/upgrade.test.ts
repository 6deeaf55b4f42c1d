import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { resourceKey, StoreUnavailable } from "@drett/core";
import { openGuest, openStore } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

const FORMER = readFileSync(new URL("../src/migrations/001-records.sql", import.meta.url), "utf8");

/** A store as the drett before tombstones has left it: one resource with one fact. */
function formerStore(directory: string): void {
  using db = new DatabaseSync(join(directory, "drett.db"));
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("CREATE TABLE migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL) STRICT");
  db.exec("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT");
  db.exec("INSERT INTO meta VALUES ('epoch', 'abcdef01')");
  db.exec(FORMER);
  const checksum = createHash("sha256").update(FORMER).digest("hex");
  db.prepare("INSERT INTO migration VALUES (1, ?)").run(checksum);
  db.exec(`INSERT INTO record (number, id, kind, version, state, application, body)
    VALUES (1, 'vm-1', 0, 1, 'freed', 'probe', '[{"kind":"intent"}]'); INSERT INTO event VALUES (1, 1, 0)`);
}

describe("a SQLite store of the former schema", () => {
  it("is brought up to date by a server, and keeps what it holds and its cursors", async () => {
    using folder = freshFolder();
    formerStore(folder.path);
    const store = await openStore({ directory: folder.path });
    const [stored] = await store.load([resourceKey("vm-1")]);
    assert.deepEqual([stored?.version, stored?.body, stored?.until], [1, '[{"kind":"intent"}]', undefined]);
    const { events } = await store.events("abcdef01-0", 10);
    assert.deepEqual(
      events.map(({ id, fact }) => [id, fact]),
      [["vm-1", '{"kind":"intent"}']],
    );
    await store.close();
  });

  it("is left alone by a guest", async () => {
    using folder = freshFolder();
    formerStore(folder.path);
    await assert.rejects(
      openGuest({ directory: folder.path }),
      (error) => error instanceof StoreUnavailable && /older than this drett/.test(error.message),
    );
    using db = new DatabaseSync(join(folder.path, "drett.db"));
    assert.equal(db.prepare("SELECT count(*) AS count FROM migration").get()?.count, 1);
  });
});
