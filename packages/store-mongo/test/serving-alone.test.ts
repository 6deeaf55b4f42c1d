import assert from "node:assert/strict";
import { hostname } from "node:os";
import { describe, it, type TestContext } from "node:test";
import { type Opening, resourceKey, type Store } from "@drett/core";
import { MongoClient } from "mongodb";
import { Database } from "../src/database.ts";
import { type MongoSettings, openStore } from "../src/index.ts";
import { created, namesOf, readAll } from "./support/changes.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noServer } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

describe("a database that lets two writers write over one another", { skip: noServer }, () => {
  const { server, fresh } = onMongod();
  const isRefused = refusal(
    new RegExp(`another server has this database \\(process ${process.pid} on ${hostname()}, since 20`),
    /Stop it first/,
  );

  /** Every racer of the probe hears that it won. */
  function nonAtomic(t: TestContext) {
    const { update } = Database.prototype;
    t.mock.method(
      Database.prototype,
      "update",
      function (this: Database, ...args: Parameters<typeof update>) {
        const [{ q }] = args[1] as [{ q: object }];
        return "taken" in q ? Promise.resolve({ n: 1 }) : update.apply(this, args);
      },
    );
    return async (settings: Partial<MongoSettings>, role: Opening["role"] = "server") => {
      const warnings: string[] = [];
      const store = await openStore(settings, { role, warn: (message) => warnings.push(message) });
      return { store, warnings };
    };
  }

  const commitsAndTells = async (store: Store, id: string) => {
    assert.deepEqual(await store.commit([created(id)]), ["applied"]);
    await until("the feed tells it", async () => namesOf(await readAll(store)).includes(`${id} 0`));
  };

  it("is served by one server alone, which says so", async (t) => {
    const [open, settings] = [nonAtomic(t), fresh()];
    const { store, warnings } = await open(settings);
    assert.match(warnings.join(), /serves alone: a second one, and CGI processes, are refused/);
    assert.equal(store.flushes, 1);
    await commitsAndTells(store, "a");
    await assert.rejects(open(settings), isRefused);
    await assert.rejects(open(settings, "guest"), refusal(/one server alone/, /to that server/));
    await commitsAndTells(store, "b");
    await store.close();
    const next = await open(settings);
    assert.equal((await next.store.load(["a", "b"].map(resourceKey))).length, 2);
    await next.store.close();
  });

  it("takes nothing more from a server whose place another has taken", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const [open, settings] = [nonAtomic(t), fresh()];
    const { store } = await open(settings);
    t.mock.restoreAll();
    await commitsAndTells(store, "a");
    await using client = new MongoClient(server().url);
    const meta = client.db(settings.db).collection<{ _id: string }>("drett_meta");
    await meta.updateOne({ _id: "server" }, { $set: { server: "another" } });
    t.mock.timers.tick(5_000);
    const isOver = refusal(/could not renew its right to be the only one/, /another server has been started/);
    await until("it is refused", () => store.commit([created("b")]).then(() => false, isOver));
    await assert.rejects(store.load([resourceKey("a")]), isOver);
    await store.close();
    assert.equal(await meta.countDocuments({ _id: "server" }), 1, "the other keeps its right");
  });
});
