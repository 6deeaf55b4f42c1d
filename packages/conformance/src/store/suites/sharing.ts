import assert from "node:assert/strict";
import { resourceKey, tagKey } from "@drett/core";
import { created, many, rewritten } from "../changes.ts";
import { contend, follow, race } from "../racing.ts";
import { apply, idsOf, namesOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

/** Two stores on the same data, as two servers have them. */
export const sharing = {
  "shows at once what the other wrote": async ({ store, reopen }) => {
    const other = await reopen();
    const first = created("a", { owner: "x", tags: ["x"] });
    const second = rewritten(first, { owner: "y", tags: ["y"] });
    await apply(store, first);
    assert.deepEqual(told(await other.load([resourceKey("a")])), written(first));
    await apply(other, second);
    assert.deepEqual(told(await store.load([tagKey("y")])), written(second));
    assert.deepEqual(await store.load([tagKey("x")]), []);
    assert.deepEqual(await idsOf(store, { where: { owner: "y" } }), ["a"]);
    assert.deepEqual(await store.commit([second]), ["conflict"]);
    const feeds = await Promise.all([store, other].map((it) => readFeed(it, { count: 2 })));
    assert.deepEqual(namesOf(feeds[0]?.events ?? []), ["resource a 0", "resource a 1"]);
    assert.deepEqual(namesOf(feeds[1]?.events ?? []), ["resource a 0", "resource a 1"]);
  },

  "applies one of 50 writes at the same version": async ({ store, reopen }) => {
    const stores = [store, await reopen()] as const;
    const first = created("a");
    await apply(store, first);
    const seconds = Array.from({ length: 50 }, (_, due) => rewritten(first, { due }));
    const applied = await race(seconds, (number) => stores[number % 2 ? 1 : 0]);
    assert.equal(applied.length, 1);
    for (const it of stores) assert.deepEqual(told(await it.load([resourceKey("a")])), written(...applied));
  },

  "loses no fact of writers that contend for two records in opposite orders": async ({ store, reopen }) => {
    const other = await reopen();
    const [a, b] = [created("a"), created("b")];
    await apply(store, a, b);
    await Promise.all([
      contend(store, [a, b], 10),
      contend(other, [b, a], 10),
      contend(store, [b, a], 10),
      contend(other, [a, b], 10),
    ]);
    const records = await store.load([resourceKey("a"), resourceKey("b")]);
    const count = records.reduce((sum, { version }) => sum + version, 0);
    for (const { version, body } of records) assert.equal(JSON.parse(body).length, version);
    assert.equal(new Set(namesOf((await readFeed(other, { count })).events)).size, count);
  },

  "shows readers of the feed every event once, in one order": async ({ store, reopen }) => {
    const other = await reopen();
    const commitAll = async (it: typeof store, prefix: string) => {
      for (const change of many(60, () => ({}), prefix)) await apply(it, change);
    };
    const readers = [follow(store, 240, 3), follow(other, 240, 50)];
    await Promise.all([
      commitAll(store, "a"),
      commitAll(other, "b"),
      commitAll(store, "c"),
      commitAll(other, "d"),
    ]);
    const seen = await Promise.all(readers);
    const { events } = await readFeed(store, { count: 240 });
    assert.equal(new Set(namesOf(events)).size, 240);
    for (const reader of seen) assert.deepEqual(namesOf(reader), namesOf(events));
  },

  "goes on when the other is closed": async ({ store, reopen }) => {
    const other = await reopen();
    await apply(other, created("a"));
    await other.close();
    await apply(store, rewritten(created("a")));
    assert.equal((await readFeed(store, { count: 2 })).events.length, 2);
  },
} satisfies Suite;
