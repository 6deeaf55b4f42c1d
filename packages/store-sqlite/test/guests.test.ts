import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { type Change, type Store, StoreUnavailable } from "@drett/core";
import { openGuest, openStore, plugin } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

const refusal = (message: RegExp, remedy: RegExp) => (error: unknown) => {
  assert.ok(error instanceof StoreUnavailable);
  assert.match(error.message, message);
  assert.match(error.remedy, remedy);
  return true;
};

function folderFor(t: TestContext): string {
  const folder = freshFolder();
  t.after(() => folder[Symbol.dispose]());
  return folder.path;
}

/** A store that a server has made, and has closed again. */
async function madeFor(t: TestContext): Promise<string> {
  const directory = folderFor(t);
  await (await openStore({ directory })).close();
  return directory;
}

function alter(directory: string, sql: string): void {
  using db = new DatabaseSync(join(directory, "drett.db"));
  db.exec(sql);
}

let made = 0;

/** A new resource, and so many bytes of it. */
const created = (bytes = 4): Change => ({
  kind: "resource",
  id: `r${++made}`,
  expected: 0,
  columns: {
    state: "pending",
    finding: null,
    since: null,
    due: null,
    application: "probe",
    module: null,
    owner: null,
    type: null,
    allocation: null,
    tags: [],
  },
  body: `["${"x".repeat(bytes - 4)}"]`,
  from: 0,
  to: 1,
});

async function countIn(store: Store): Promise<number> {
  return (await store.query({ order: "newest", limit: 1_000 })).records.length;
}

describe("a guest of a SQLite store", () => {
  it("is what the plug-in opens in that role", async (t) => {
    const directory = await madeFor(t);
    const opening = { warn() {} };
    const server = await plugin.open({ directory }, { role: "server", ...opening });
    t.after(() => server.close());
    const guest = await plugin.open({ directory }, { role: "guest", ...opening });
    await guest.commit([created()]);
    await guest.close();
    assert.equal(await countIn(server), 1);
  });

  it("makes no store, and no directory", async (t) => {
    const directory = join(folderFor(t), "none");
    const isRefused = refusal(/there is no store in .*none/, /Start `drett-server` on it once/);
    await assert.rejects(openGuest({ directory }), isRefused);
    assert.equal(existsSync(directory), false);
  });

  it("leaves a file alone that no server has filled yet", async (t) => {
    const directory = folderFor(t);
    writeFileSync(join(directory, "drett.db"), "");
    await assert.rejects(openGuest({ directory }), refusal(/no schema yet/, /Start `drett-server`/));
    assert.deepEqual(readdirSync(directory), ["drett.db"]);
    assert.equal(statSync(join(directory, "drett.db")).size, 0);
  });

  const SCHEMAS: readonly (readonly [name: string, sql: string, message: RegExp, remedy: RegExp])[] = [
    [
      "an older",
      "DELETE FROM migration",
      /older than this drett/,
      /Start `drett-server` of this version once/,
    ],
    ["a newer", "INSERT INTO migration VALUES (999, 'of the future')", /schema 999/, /newer drett/],
    ["another", "UPDATE migration SET checksum = 'of another branch'", /migration 1/, /Start the drett that/],
  ];
  for (const [name, sql, message, remedy] of SCHEMAS) {
    it(`refuses ${name} schema, and changes nothing of it`, async (t) => {
      const directory = await madeFor(t);
      alter(directory, sql);
      await assert.rejects(openGuest({ directory }), refusal(message, remedy));
      await assert.rejects(openGuest({ directory }), refusal(message, remedy));
    });
  }

  it("writes nothing into a schema that a newer server has brought on meanwhile", async (t) => {
    const directory = await madeFor(t);
    const guest = await openGuest({ directory });
    t.after(() => guest.close());
    alter(directory, "INSERT INTO migration VALUES (999, 'of the future')");
    await assert.rejects(guest.commit([created()]), refusal(/schema 999/, /newer drett/));
    assert.equal(await countIn(guest), 0);
  });

  it("keeps no server from starting", async (t) => {
    const directory = await madeFor(t);
    const guest = await openGuest({ directory });
    t.after(() => guest.close());
    const server = await openStore({ directory });
    t.after(() => server.close());
    await guest.commit([created()]);
    await server.commit([created()]);
    assert.equal(await countIn(server), 2);
  });

  it("brings the log into the file where it is the last to close", async (t) => {
    const directory = await madeFor(t);
    const guests = await Promise.all([1, 2, 3].map(() => openGuest({ directory })));
    for (const guest of guests) {
      await guest.commit([created()]);
      assert.equal(existsSync(join(directory, "drett.db-wal")), true);
      await guest.close();
    }
    assert.equal(existsSync(join(directory, "drett.db-wal")), false);
  });
});

describe("the turns of writers", () => {
  for (const [who, open] of Object.entries({ guest: openGuest, server: openStore })) {
    it(`come for a ${who} beside one that hardly ever lets go of the lock`, async (t) => {
      const directory = await madeFor(t);
      const store = await open({ directory });
      t.after(() => store.close());
      const hog = fork(new URL("./hog-lock.ts", import.meta.url), [join(directory, "drett.db")]);
      t.after(async () => {
        hog.disconnect();
        await once(hog, "exit");
      });
      for (let turn = 0; turn < 30; turn++) {
        await once(hog, "message");
        assert.deepEqual(await store.commit([created()]), ["applied"]);
      }
    });
  }
});

describe("the log", () => {
  const PAGE = 4_096;
  const MIB = 1_048_576;

  const lengthOf = (directory: string) => statSync(join(directory, "drett.db-wal")).size / PAGE;

  it("stays within bounds while guests write that are never all closed, and the server does not", async (t) => {
    const directory = await madeFor(t);
    const server = await openStore({ directory });
    t.after(() => server.close());
    for (let written = 0; written < 60; written++) {
      const guest = await openGuest({ directory });
      await guest.commit([created(4 * MIB)]);
      await guest.close();
    }
    assert.ok(lengthOf(directory) < 40_000, `${lengthOf(directory)} pages`);
  });

  it("stays within bounds while the server writes, and guests come and go", async (t) => {
    const directory = await madeFor(t);
    const server = await openStore({ directory });
    t.after(() => server.close());
    for (let written = 0; written < 192; written++) {
      await server.commit([created(MIB)]);
      const guest = await openGuest({ directory });
      await guest.commit([created()]);
      await guest.close();
    }
    assert.ok(lengthOf(directory) < 40_000, `${lengthOf(directory)} pages`);
  });
});
