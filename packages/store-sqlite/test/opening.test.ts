import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { StoreUnavailable } from "@drett/core";
import { openStore } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

const refusal = (message: RegExp, remedy: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreUnavailable);
  assert.match(error.message, message);
  assert.match(error.remedy, remedy);
  return true;
};

const ofPosix = process.platform === "win32" ? "Windows has no such rights: run it on another system" : false;
const modeOf = (path: string) => statSync(path).mode & 0o777;

describe("opening a SQLite store", () => {
  it("makes the directory and what is in it", async () => {
    using folder = freshFolder();
    const directory = join(folder.path, "deep", "down");
    const store = await openStore({ directory });
    assert.deepEqual(await store.query({ order: "newest", limit: 1 }), { records: [] });
    await store.close();
  });

  it("keeps a directory that it makes, and all files in it, for its owner", { skip: ofPosix }, async () => {
    using folder = freshFolder();
    const directory = join(folder.path, "made");
    const store = await openStore({ directory });
    assert.equal(modeOf(directory), 0o700);
    const modes = readdirSync(directory).map(
      (name) => `${name} ${modeOf(join(directory, name)).toString(8)}`,
    );
    await store.close();
    assert.deepEqual(modes.sort(), [
      "drett.db 600",
      "drett.db-shm 600",
      "drett.db-wal 600",
      "server.lock 600",
      "server.lock-journal 600",
      "server.pid 600",
    ]);
  });

  it("leaves a directory as it finds it, and gives the files no more rights", { skip: ofPosix }, async () => {
    using folder = freshFolder();
    chmodSync(folder.path, 0o750);
    await (await openStore({ directory: folder.path })).close();
    const paths = [folder.path, join(folder.path, "drett.db")];
    assert.deepEqual(paths.map(modeOf), [0o750, 0o640 & ~process.umask()]);
    chmodSync(join(folder.path, "drett.db"), 0o644);
    await (await openStore({ directory: folder.path })).close();
    assert.equal(modeOf(join(folder.path, "drett.db")), 0o644, "what is there stays as it is");
  });

  it("applies its migrations once", async () => {
    using folder = freshFolder();
    for (let time = 0; time < 2; time++) await (await openStore({ directory: folder.path })).close();
    using db = new DatabaseSync(join(folder.path, "drett.db"));
    assert.deepEqual(
      db
        .prepare("SELECT number FROM migration")
        .all()
        .map((row) => ({ ...row })),
      [{ number: 1 }, { number: 2 }],
    );
  });

  it("refuses a schema that is newer than itself, and leaves it alone", async () => {
    using folder = freshFolder();
    await (await openStore({ directory: folder.path })).close();
    alter(folder.path, "INSERT INTO migration VALUES (999, 'of the future')");
    const isRefused = refusal(/schema 999.*up to 2/, /newer drett/);
    await assert.rejects(openStore({ directory: folder.path }), isRefused);
    await assert.rejects(openStore({ directory: folder.path }), isRefused);
  });

  it("refuses a store whose migrations are not those that it knows", async () => {
    using folder = freshFolder();
    await (await openStore({ directory: folder.path })).close();
    alter(folder.path, "UPDATE migration SET checksum = 'of another branch'");
    await assert.rejects(
      openStore({ directory: folder.path }),
      refusal(/migration 1/, /Start the drett that made/),
    );
  });

  it("refuses what is no database", async () => {
    using folder = freshFolder();
    writeFileSync(
      join(folder.path, "drett.db"),
      "no database, but long enough to be taken for one ".repeat(50),
    );
    await assert.rejects(
      openStore({ directory: folder.path }),
      refusal(/not a database/, /Restore a backup|restore a backup/),
    );
  });

  it("refuses a directory that is a file", async () => {
    using folder = freshFolder();
    const directory = join(folder.path, "file");
    writeFileSync(directory, "");
    await assert.rejects(openStore({ directory }), refusal(/cannot hold the store/, /./));
  });
});

describe("a second server on a SQLite store", () => {
  it("is refused while the first runs, in the same process too", async () => {
    using folder = freshFolder();
    const first = await openStore({ directory: folder.path });
    const isRefused = refusal(
      new RegExp(`another server has .* open \\(process ${process.pid}\\)`),
      /Stop it first/,
    );
    await assert.rejects(openStore({ directory: folder.path }), isRefused);
    await first.close();
    await (await openStore({ directory: folder.path })).close();
  });

  it("may start once the first was killed", async () => {
    using folder = freshFolder();
    const first = fork(new URL("./hold-store.ts", import.meta.url), [folder.path]);
    await once(first, "message");
    await assert.rejects(
      openStore({ directory: folder.path }),
      refusal(new RegExp(`process ${first.pid}`), /./),
    );
    first.kill("SIGKILL");
    await once(first, "exit");
    await (await openStore({ directory: folder.path })).close();
  });
});

function alter(directory: string, sql: string): void {
  using db = new DatabaseSync(join(directory, "drett.db"));
  db.exec(sql);
}
