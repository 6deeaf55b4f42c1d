import assert from "node:assert/strict";
import { allocationKey, CursorRefused, resourceKey, tagKey } from "@drett/core";
import { buried, created, createdAllocation, many, rewritten } from "../changes.ts";
import { apply, factsOf, idsOf, namesOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

export const reopen = {
  "keeps records, columns and tags": async ({ store, reopen }) => {
    const group = createdAllocation("g", { due: 3 });
    const first = created("a", { allocation: "g", tags: ["old"] });
    const second = rewritten(first, { due: 5, finding: 20, since: 4, owner: "o", tags: ["new"] });
    await apply(store, group, first, ...many(50));
    await apply(store, second);
    await store.close();
    const again = await reopen();
    assert.deepEqual(told(await again.load([resourceKey("a")])), written(group, second));
    assert.deepEqual(told(await again.load([tagKey("new")])), written(group, second));
    assert.deepEqual(await again.load([tagKey("old")]), []);
    assert.deepEqual(await idsOf(again, { where: { owner: "o" } }), ["a"]);
    assert.deepEqual(await idsOf(again, { order: "finding" }), ["a"]);
    assert.deepEqual(await idsOf(again, { order: "due" }), ["g", "a"]);
    assert.equal((await idsOf(again, {})).length, 52);
  },

  "goes on with the versions": async ({ store, reopen }) => {
    const first = created("a");
    const second = rewritten(first);
    await apply(store, first);
    await store.close();
    const again = await reopen();
    assert.deepEqual(await again.commit([first]), ["conflict"]);
    await apply(again, second);
    assert.deepEqual(told(await again.load([resourceKey("a")])), written(second));
  },

  "lists what comes after as newer": async ({ store, reopen }) => {
    await apply(store, created("a"));
    await apply(store, createdAllocation("b"));
    await store.close();
    const again = await reopen();
    await apply(again, created("c"));
    assert.deepEqual(await idsOf(again, {}), ["c", "b", "a"]);
  },

  "tells the same events, and then the later ones": async ({ store, reopen }) => {
    const first = created("a");
    const second = rewritten(first, {}, 3);
    await apply(store, first);
    await apply(store, second);
    await store.close();
    const again = await reopen();
    await apply(again, created("b"));
    const { events } = await readFeed(again, { count: 5 });
    assert.deepEqual(namesOf(events), factsOf(first, second, created("b")));
  },

  "goes on from the cursors of before": async ({ store, reopen }) => {
    const empty = (await store.events(undefined, 1)).cursor;
    const rows = many(9, (number) => ({ due: number % 3, finding: 20, since: number % 2 }));
    for (const row of rows) await apply(store, row);
    const names = factsOf(...rows);
    const feed = await readFeed(store, { count: 9 });
    const pages = await Promise.all(
      (["newest", "oldest", "finding", "due"] as const).map(async (order) => {
        const { next: cursor } = await store.query({ order, limit: 4 });
        const rest = await store.query({ order, limit: 9, cursor });
        assert.notEqual(cursor, undefined);
        return { order, cursor, ids: rest.records.map(({ id }) => id) };
      }),
    );
    await store.close();
    const again = await reopen();
    for (const { order, cursor, ids } of pages) {
      const { records } = await again.query({ order, limit: 9, cursor });
      assert.deepEqual(
        records.map(({ id }) => id),
        ids,
        order,
      );
    }
    await apply(again, created("new"));
    const all = [...names, ...factsOf(created("new"))];
    const cursors = [empty, ...feed.events.map(({ cursor }) => cursor)];
    for (const [place, after] of [...cursors.entries(), [9, feed.cursor] as const]) {
      const rest = await readFeed(again, { count: all.length - place, after });
      assert.deepEqual(namesOf(rest.events), all.slice(place));
    }
  },

  "refuses the cursors of before once it was restored, and gives others": async ({ store, reopen }) => {
    await apply(store, ...many(3));
    const { cursor } = await readFeed(store, { count: 3 });
    await store.close();
    const restored = await reopen(true);
    await apply(restored, created("new"));
    await assert.rejects(restored.events(cursor, 10), (error) => error instanceof CursorRefused);
    const feed = await readFeed(restored, { count: 4 });
    assert.equal(feed.events.length, 4);
    await restored.close();
    const again = await reopen();
    assert.deepEqual((await readFeed(again, { count: 0, after: feed.cursor })).events, []);
  },

  "remembers where the feed begins, and what was buried": async ({ store, reopen }) => {
    const changes = many(12);
    for (const change of changes) await apply(store, change);
    const feed = await readFeed(store, { count: 12 });
    const tombstone = buried(changes[0] as (typeof changes)[0], 7);
    await apply(store, tombstone);
    await store.trim(feed.events.at(7)?.cursor as string);
    const kept = namesOf((await store.events(undefined, 100)).events);
    await store.close();
    const again = await reopen();
    assert.deepEqual(namesOf((await again.events(undefined, 100)).events), kept);
    assert.deepEqual(told(await again.load([resourceKey(tombstone.id)])), written(tombstone));
    assert.deepEqual(await idsOf(again, { order: "until" }), [tombstone.id]);
    assert.deepEqual((await readFeed(again, { count: 0, after: feed.cursor })).events, []);
  },

  "keeps what was under way when it was closed": async ({ store, reopen }) => {
    const changes = many(20);
    const commits = changes.map((change) => store.commit([change]));
    await store.close();
    assert.deepEqual(
      (await Promise.all(commits)).flat(),
      changes.map(() => "applied"),
    );
    const again = await reopen();
    assert.equal((await again.load(changes.map(({ id }) => resourceKey(id)))).length, 20);
    assert.equal((await readFeed(again, { count: 20 })).events.length, 20);
  },

  "stands being opened and closed many times": async ({ store, reopen }) => {
    let change = createdAllocation("a");
    await apply(store, change);
    await store.close();
    for (let time = 0; time < 5; time++) {
      const again = await reopen();
      change = rewritten(change);
      await apply(again, change);
      await again.close();
    }
    const last = await reopen();
    assert.deepEqual(told(await last.load([allocationKey("a")])), written(change));
    assert.equal((await readFeed(last, { count: 6 })).events.length, 6);
  },
} satisfies Suite;
