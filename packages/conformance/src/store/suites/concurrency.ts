import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { resourceKey } from "@drett/core";
import { created, createdAllocation, many, rewritten } from "../changes.ts";
import { contend, follow, race } from "../racing.ts";
import { apply, assertCarriesItsFact, factsOf, namesOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

export const concurrency = {
  "applies one of 50 writes at the same version": async ({ store }) => {
    const first = created("a", { tags: ["first"] });
    await apply(store, first);
    const seconds = Array.from({ length: 50 }, (_, number) =>
      rewritten(first, { due: number, tags: [`t${number}`] }, number + 1),
    );
    const applied = await race(seconds, () => store);
    assert.equal(applied.length, 1);
    const keys = [
      resourceKey("a"),
      ...seconds.map((_, number) => ({ kind: "tag", tag: `t${number}` }) as const),
    ];
    assert.deepEqual(told(await store.load(keys)), written(...applied));
    const facts = factsOf(first, ...applied);
    assert.deepEqual(namesOf((await readFeed(store, { count: facts.length })).events), facts);
  },

  "applies one of 50 creations of the same record": async ({ store }) => {
    const changes = Array.from({ length: 50 }, (_, number) => created("a", { due: number }));
    const applied = await race(changes, () => store);
    assert.equal(applied.length, 1);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(...applied));
    assert.equal((await readFeed(store, { count: 1 })).events.length, 1);
  },

  "applies all of 200 writes of different records": async ({ store }) => {
    const changes = many(200, (number) => ({ tags: ["x", `t${number}`] }));
    assert.equal((await race(changes, () => store)).length, 200);
    assert.deepEqual(told(await store.load([{ kind: "tag", tag: "x" }])), written(...changes));
    assert.equal((await readFeed(store, { count: 200 })).events.length, 200);
  },

  "loses no fact of writers that contend for two records in opposite orders": async ({ store }) => {
    const [a, b] = [created("a"), created("b")];
    await apply(store, a, b);
    const writers = Array.from({ length: 8 }, (_, number) => contend(store, number % 2 ? [a, b] : [b, a], 5));
    await Promise.all(writers);
    const records = await store.load([resourceKey("a"), resourceKey("b")]);
    const facts = records.map(({ body }) => JSON.parse(body).length);
    for (const [place, { version }] of records.entries()) assert.equal(version, facts[place]);
    const { events } = await readFeed(store, { count: facts[0] + facts[1] });
    assert.equal(new Set(namesOf(events)).size, events.length);
    assert.equal(events.length, facts[0] + facts[1]);
    assert.ok(events.length >= 2 + 8 * 5);
    for (const id of ["a", "b"]) {
      const places = events.filter((event) => event.id === id).map(({ place }) => place);
      assert.deepEqual(places, [...places.keys()]);
    }
  },

  "shows a reader of the feed every event once while others commit": async ({ store }) => {
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      let change = writer % 2 ? created(`w${writer}`) : createdAllocation(`w${writer}`);
      for (let number = 0; number < 20; number++) {
        await apply(store, change, created(`w${writer}-${number}`));
        change = rewritten(change, {}, 1 + (number % 2));
      }
    });
    const count = 8 * (20 + 29);
    const readers = [1, 7, 100].map((limit) => follow(store, count, limit));
    await Promise.all(writers);
    const seen = await Promise.all(readers);
    const { events } = await readFeed(store, { count });
    assert.equal(new Set(namesOf(events)).size, count);
    for (const reader of seen) {
      assert.deepEqual(namesOf(reader), namesOf(events));
      for (const event of reader) assertCarriesItsFact(event);
    }
  },

  "answers loads and queries with whole records while others write": async ({ store }) => {
    let change = created("a", { due: 0, tags: ["t0"], finding: 20, since: 0 });
    await apply(store, change);
    const progress = { writing: true };
    const write = async () => {
      for (let number = 1; number <= 40; number++) {
        change = rewritten(change, { due: number, since: number, tags: ["all", `t${number}`] });
        await apply(store, change);
      }
    };
    const writer = write().finally(() => {
      progress.writing = false;
    });
    while (progress.writing) {
      const loaded = await store.load([resourceKey("a")]);
      const queried = await store.query({ order: "due", limit: 9 });
      for (const { version, due, since, body } of [...loaded, ...queried.records]) {
        assert.deepEqual([due, since, JSON.parse(body).length], [version - 1, version - 1, version]);
      }
      assert.deepEqual([loaded.length, queried.records.length], [1, 1]);
      await turn();
    }
    await writer;
  },
} satisfies Suite;
