import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { type Change, resourceKey, type Store } from "@drett/core";
import { MongoClient } from "mongodb";
import { Chain } from "../src/chain.ts";
import { Database } from "../src/database.ts";
import { Durability } from "../src/durability.ts";
import { ServerHand } from "../src/hand.ts";
import { openStore } from "../src/index.ts";
import { flushName } from "../src/marks.ts";
import { Registry } from "../src/registry.ts";
import { Rescue } from "../src/rescue.ts";
import { created, namesOf, readAll, rewritten } from "./support/changes.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noServer } from "./support/program.ts";
import { until } from "./support/until.ts";

/** A writer by hand, which can stop at any point. */
async function byHand(database: Database) {
  const registry = new Registry(database);
  const chain = new Chain(database, registry);
  const writer = await registry.ready();
  return { registry, chain, writer, rescue: new Rescue(database, chain, registry) };
}

const record = (id: string, flush: string) => ({
  _id: `resource/${id}`,
  kind: "resource",
  version: 1,
  created: `0mg4k2x1c3a-${id.padStart(8, "0")}`,
  state: "pending",
  application: "probe",
  body: JSON.stringify([{ id, place: 0 }]),
  flush,
  marks: [{ flush, from: 0, to: 1 }],
});

const telling = (writer: string, upTo: number, ...ids: string[]) => ({
  rescued: [],
  groups: [{ flush: flushName(writer, upTo), from: 0, to: 1, records: ids.map((id) => `resource/${id}`) }],
  heard: { writer, upTo },
});

for (const replicaSet of [false, true]) {
  const kind = replicaSet ? "a replica set of one" : "a server that stands alone";
  describe(`the feed of a MongoDB store, on ${kind}`, { skip: noServer }, () => {
    const { server, fresh } = onMongod({ replicaSet });

    async function withStore(use: (store: Store, database: Database, settings: object) => Promise<void>) {
      const settings = fresh();
      await using client = new MongoClient(server().url, { readConcern: { level: "majority" } });
      const database = new Database({ client, name: settings.db, prefix: "drett_", timeoutMs: 10_000 });
      const store = await openStore(settings);
      try {
        await use(store, database, settings);
      } finally {
        await store.close();
      }
    }

    const tells = (store: Store, ...names: string[]) =>
      until(`the feed tells ${names.join(", ")}`, async () => {
        const told = namesOf(await readAll(store));
        assert.equal(new Set(told).size, told.length, `told twice: ${told.join()}`);
        return names.every((name) => told.includes(name));
      });

    it("tells what a writer left that died before it could", async () => {
      await withStore(async (store, database) => {
        const dead = await byHand(database);
        await database.insert(database.records, [record("a", dead.writer.begin())]);
        await tells(store, "a 0");
      });
    });

    it("tells once what a writer told before it died", async () => {
      await withStore(async (store, database) => {
        const dead = await byHand(database);
        await database.insert(database.records, [record("a", dead.writer.begin())]);
        assert.equal(await dead.chain.append(telling(dead.writer.name, 1, "a")), true);
        await database.insert(database.records, [record("b", dead.writer.begin())]);
        await tells(store, "a 0", "b 0");
      });
    });

    it("goes on for a rescuer that died before it took the marks off", async () => {
      await withStore(async (store, database) => {
        const dead = await byHand(database);
        await database.insert(database.records, [record("a", dead.writer.begin())]);
        const half = await byHand(database);
        half.chain.takeOffDueMarks = async () => {};
        assert.equal(await half.rescue.run(true), true);
        await database.insert(database.records, [record("b", dead.writer.begin())]);
        await tells(store, "a 0", "b 0");
        const left = await database.records.findOne({ _id: "resource/a" });
        assert.deepEqual(left?.marks, []);
      });
    });

    it("does not tell again what others told for a writer that stood still", async () => {
      await withStore(async (store, database) => {
        const still = await byHand(database);
        const flush = still.writer.begin();
        await database.insert(database.records, [record("a", flush), record("b", flush)]);
        const groups = telling(still.writer.name, 1, "a", "b").groups;
        still.writer.end(flush, { groups, before: [] });
        await still.chain.readOn();
        await tells(store, "a 0", "b 0");
        const { upTo } = still.writer.next(10) as { upTo: number };
        const late = { rescued: [], groups, heard: { writer: still.writer.name, upTo } };
        assert.equal(await still.chain.append(late), false);
        await still.chain.readOn();
        assert.deepEqual(
          still.writer.next(10)?.groups.flatMap(({ records }) => records),
          [],
        );
        await database.insert(database.records, [record("c", still.writer.begin())]);
        await tells(store, "a 0", "b 0", "c 0");
      });
    });

    it("does not tell again what others told while it still waited to hear that it was written", async () => {
      await withStore(async (store, database) => {
        const hand = await ServerHand.open(database, new Durability(database, replicaSet), undefined);
        const [first, second] = [await hand.begin(), await hand.begin()];
        await database.insert(database.records, [record("b", second)]);
        await tells(store, "b 0");
        await database.insert(database.records, [record("a", first)]);
        hand.end(first, [created("a")]);
        await tells(store, "a 0", "b 0");
        hand.end(second, [created("b")]);
        const third = await hand.begin();
        await database.insert(database.records, [record("c", third)]);
        hand.end(third, [created("c")]);
        await hand.close();
        await tells(store, "a 0", "b 0", "c 0");
      });
    });

    it("does not tell again what a writer told that has departed since this process looked who is there", async () => {
      await withStore(async (store, database) => {
        const [departing, other, late] = [
          await byHand(database),
          await byHand(database),
          await byHand(database),
        ];
        const flush = departing.writer.begin();
        await database.insert(database.records, [record("a", flush)]);
        await departing.chain.append(telling(departing.writer.name, 1, "a"));
        await late.chain.readOn();
        await late.registry.look([]);
        await departing.registry.depart();
        await other.chain.readOn();
        await other.registry.look(other.chain.writers);
        await database.insert(database.records, [record("b", other.writer.begin())]);
        await other.chain.append(telling(other.writer.name, 1, "b"));
        await late.chain.readOn();
        assert.ok(late.chain.isTold({ flush, from: 0, to: 1 }, "resource/a"));
        await tells(store, "a 0", "b 0");
      });
    });

    it("tells a write that arrives late, after its writer was taken for dead", async () => {
      await withStore(async (store, database) => {
        const dead = await byHand(database);
        const flush = dead.writer.begin();
        await database.insert(database.records, [record("a", flush)]);
        await tells(store, "a 0");
        await database.insert(database.records, [record("b", flush)]);
        await tells(store, "a 0", "b 0");
      });
    });

    it("keeps the facts of a record in order, whoever brought them", async () => {
      await withStore(async (store, database) => {
        const dead = await byHand(database);
        await database.insert(database.records, [record("a", dead.writer.begin())]);
        await store.load([resourceKey("a")]);
        assert.deepEqual(await store.commit([rewritten(created("a"))]), ["applied"]);
        await tells(store, "a 0", "a 1");
        assert.deepEqual(namesOf(await readAll(store)), ["a 0", "a 1"]);
      });
    });

    it("tells each fact once while servers are killed under load", { timeout: 120_000 }, async () => {
      await withStore(async (store, _database, settings) => {
        const acknowledged: string[] = [];
        for (let round = 0; round < 3; round++) {
          const child = fork(new URL("./support/write-on.ts", import.meta.url), [
            JSON.stringify(settings),
            `r${round}`,
          ]);
          const died = once(child, "exit");
          child.on("message", (id) => void acknowledged.push(id as string));
          await until("it writes", async () => acknowledged.length >= 200 * (round + 1));
          child.kill("SIGKILL");
          await died;
          const own = created(`own-${round}`);
          assert.deepEqual(await store.commit([own]), ["applied"]);
          acknowledged.push(own.id);
        }
        await tells(store, ...acknowledged.map((id) => `${id} 0`));
        const told = new Set(namesOf(await readAll(store)).map((name) => name.split(" ")[0] as string));
        const stored = await store.load([...told].map((id) => resourceKey(id)));
        assert.equal(stored.length, told.size, "the feed tells of what is not there");
      });
    });

    it("has all that two servers wrote at once, once and in one order", async () => {
      await withStore(async (store, _database, settings) => {
        const other = await openStore(settings);
        const write = async (it: Store, name: string) => {
          for (let number = 0; number < 30; number++) {
            const changes: Change[] = Array.from({ length: 5 }, (_, at) =>
              created(`${name}-${number}-${at}`),
            );
            assert.deepEqual(new Set(await it.commit(changes)), new Set(["applied"]));
          }
        };
        await Promise.all([write(store, "a"), write(other, "b"), write(store, "c"), write(other, "d")]);
        await until("all is told", async () => (await readAll(store)).length === 4 * 30 * 5);
        const [one, two] = [await readAll(store), await readAll(other)];
        assert.deepEqual(namesOf(one), namesOf(two));
        assert.equal(new Set(namesOf(one)).size, one.length);
        await other.close();
      });
    });
  });
}
