import assert from "node:assert/strict";
import { hostname } from "node:os";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { isAtomic, probeAtomicity } from "../src/atomicity.ts";
import { Database } from "../src/database.ts";
import { openStore } from "../src/index.ts";
import { SoleServer } from "../src/sole-server.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noServer } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";

/** Looks, and writes a moment later: whoever looked in between writes too. */
function racy() {
  let taken = 0;
  return {
    async take(expected: number) {
      const isFree = taken === expected;
      await turn();
      if (isFree) taken = expected + 1;
      return isFree;
    },
  };
}

function atomic() {
  let taken = 0;
  return {
    async take(expected: number) {
      await turn();
      if (taken !== expected) return false;
      taken = expected + 1;
      return true;
    },
  };
}

describe("the probe of a conditional write", () => {
  it("finds a database on which two writers can both win", async () => {
    assert.equal(await isAtomic(racy()), false);
  });

  it("finds a database that lets nobody win", async () => {
    assert.equal(await isAtomic({ take: async () => false }), false);
  });

  it("finds one on which one of them wins", async () => {
    assert.equal(await isAtomic(atomic()), true);
  });
});

describe("a database that serves one server only", { skip: noServer }, () => {
  const { server, fresh } = onMongod();

  async function withDatabase(use: (database: Database) => Promise<void>): Promise<void> {
    const settings = fresh();
    await using client = new MongoClient(server().url);
    await (await openStore(settings)).close();
    await use(new Database({ client, name: settings.db, prefix: "drett_", timeoutMs: 10_000 }));
  }
  const change = ({ meta }: Database, set: object) => meta.updateOne({ _id: "server" }, { $set: set });

  it("is told from MongoDB, which serves any number", async () => {
    await withDatabase(async (database) => {
      assert.equal(await probeAtomicity(database), true);
      assert.equal(await database.meta.countDocuments({ _id: /^race/ }), 0);
    });
  });

  it("refuses a second one, naming the first", async () => {
    await withDatabase(async (database) => {
      const first = await SoleServer.take(database, "first");
      first.check();
      const isRefused = refusal(
        new RegExp(`another server has this database \\(process ${process.pid} on ${hostname()}, since 20`),
        /Stop it first/,
      );
      await assert.rejects(SoleServer.take(database, "second"), isRefused);
      await first.release();
      await (await SoleServer.take(database, "second")).release();
    });
  });

  it("passes on from a process that is gone, and from a host that no longer renews it", async () => {
    await withDatabase(async (database) => {
      const gone = await SoleServer.take(database, "gone");
      await change(database, { pid: 2 ** 22 + 1 });
      const next = await SoleServer.take(database, "next");
      await change(database, { host: "elsewhere", until: new Date(Date.now() - 1) });
      await (await SoleServer.take(database, "last")).release();
      await Promise.all([gone.release(), next.release()]);
    });
  });

  it("does not pass on from another host while that renews it", async () => {
    await withDatabase(async (database) => {
      const first = await SoleServer.take(database, "first");
      await change(database, { host: "elsewhere" });
      await assert.rejects(SoleServer.take(database, "second"), refusal(/on elsewhere/, /wait until/));
      await first.release();
    });
  });
});
