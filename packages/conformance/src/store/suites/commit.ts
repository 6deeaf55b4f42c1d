import assert from "node:assert/strict";
import { allocationKey, resourceKey, tagKey } from "@drett/core";
import { created, createdAllocation, many, rewritten } from "../changes.ts";
import { apply, factsOf, idsOf, namesOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

export const commit = {
  "numbers the versions of a record 1, 2, 3": async ({ store }) => {
    let change = created("a");
    for (const version of [1, 2, 3, 4, 5]) {
      await apply(store, change);
      const records = await store.load([resourceKey("a")]);
      assert.deepEqual(told(records), written(change));
      assert.equal(records[0]?.version, version);
      change = rewritten(change, { due: version });
    }
  },

  "refuses to create what exists": async ({ store }) => {
    const first = created("a", { owner: "first" });
    await apply(store, first);
    assert.deepEqual(await store.commit([created("a", { owner: "second" })]), ["conflict"]);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(first));
    assert.deepEqual(await idsOf(store, { where: { owner: "second" } }), []);
  },

  "refuses to rewrite what does not exist": async ({ store }) => {
    const missing = rewritten(created("a", { tags: ["x"] }));
    assert.deepEqual(await store.commit([missing]), ["conflict"]);
    assert.deepEqual(await store.load([resourceKey("a"), tagKey("x")]), []);
    await apply(store, created("a"));
  },

  "refuses a write at an earlier or a later version": async ({ store }) => {
    const first = created("a");
    const second = rewritten(first, { due: 2 });
    await apply(store, first);
    await apply(store, second);
    for (const expected of [0, 1, 3, 4]) {
      assert.deepEqual(await store.commit([{ ...rewritten(second), expected }]), ["conflict"], `${expected}`);
    }
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(second));
    await apply(store, rewritten(second));
  },

  "keeps the versions of a resource and an allocation of one id apart": async ({ store }) => {
    const resource = created("a");
    await apply(store, resource);
    await apply(store, rewritten(resource));
    const allocation = createdAllocation("a");
    assert.deepEqual(await store.commit([rewritten(rewritten(allocation))]), ["conflict"]);
    await apply(store, allocation);
    assert.deepEqual(told(await store.load([allocationKey("a")])), written(allocation));
  },

  "answers each change in its place, and spoils none for another": async ({ store }) => {
    const [a, b, c] = [created("a"), created("b"), created("c")];
    await apply(store, a, b, c);
    await apply(store, rewritten(a));
    const changes = [
      { change: created("n1"), outcome: "applied" },
      { change: created("b", { tags: ["stale"] }), outcome: "conflict" },
      { change: rewritten(b, { tags: ["good"] }), outcome: "applied" },
      { change: rewritten(a, { tags: ["stale"] }), outcome: "conflict" },
      { change: rewritten(created("missing"), { tags: ["stale"] }), outcome: "conflict" },
      { change: createdAllocation("a"), outcome: "applied" },
      { change: created("n2"), outcome: "applied" },
      { change: { ...rewritten(c, { tags: ["stale"] }), expected: 9 }, outcome: "conflict" },
    ];
    const outcomes = await store.commit(changes.map(({ change }) => change));
    assert.deepEqual(
      outcomes,
      changes.map(({ outcome }) => outcome),
    );
    const applied = changes.flatMap(({ change, outcome }) => (outcome === "applied" ? [change] : []));
    const keys = applied.map(({ kind, id }) => ({ kind, id }));
    assert.deepEqual(told(await store.load(keys)), written(...applied));
    assert.deepEqual(await store.load([tagKey("stale"), resourceKey("missing")]), []);
    const before = factsOf(a, b, c, rewritten(a));
    const feed = await readFeed(store, { count: before.length + factsOf(...applied).length });
    assert.deepEqual(namesOf(feed.events).slice(before.length).sort(), factsOf(...applied).sort());
  },

  "puts every column in the place of the one before": async ({ store }) => {
    const before = { state: "x", finding: 20, since: 1, due: 1, application: "x", module: "x", owner: "x" };
    const after = { state: "y", finding: 30, since: 2, due: 2, application: "y", module: "y", owner: "y" };
    const first = created("a", { ...before, type: "x", allocation: "x" });
    const second = rewritten(first, { ...after, type: "y", allocation: "y" });
    await apply(store, first);
    await apply(store, second);
    const { state, application, ...nullable } = second.columns;
    for (const column of [
      "state",
      "finding",
      "application",
      "module",
      "owner",
      "type",
      "allocation",
    ] as const) {
      assert.deepEqual(await idsOf(store, { where: { [column]: first.columns[column] } }), [], column);
      assert.deepEqual(await idsOf(store, { where: { [column]: second.columns[column] } }), ["a"], column);
    }
    assert.deepEqual(await idsOf(store, { dueBy: 1 }), []);
    assert.deepEqual(await idsOf(store, { dueBy: 2 }), ["a"]);

    const none = Object.fromEntries(Object.keys(nullable).map((column) => [column, null]));
    const third = rewritten(second, { ...none, tags: [] });
    await apply(store, third);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(third));
    for (const column of ["finding", "module", "owner", "type", "allocation"] as const) {
      assert.deepEqual(await idsOf(store, { where: { [column]: second.columns[column] } }), [], column);
    }
    assert.deepEqual(await idsOf(store, { order: "due" }), []);
    assert.deepEqual(await idsOf(store, { order: "finding" }), []);
  },

  "puts the tags in the place of those before": async ({ store }) => {
    const first = created("a", { tags: ["x", "y"] });
    const second = rewritten(first, { tags: ["y", "z"] });
    await apply(store, first);
    await apply(store, second);
    assert.deepEqual(await store.load([tagKey("x")]), []);
    assert.deepEqual(told(await store.load([tagKey("y")])), written(second));
    assert.deepEqual(told(await store.load([tagKey("z")])), written(second));
    assert.deepEqual(await idsOf(store, { tags: ["x"] }), []);
    assert.deepEqual(await idsOf(store, { tags: ["y", "z"] }), ["a"]);
    await apply(store, rewritten(second, { tags: [] }));
    assert.deepEqual(await store.load([tagKey("y"), tagKey("z")]), []);
  },

  "writes a record without new facts, and tells the feed nothing": async ({ store }) => {
    const first = created("a");
    const indexed = rewritten(first, { due: 9, finding: 60, since: 8 }, 0);
    const third = rewritten(indexed);
    await apply(store, first);
    await apply(store, indexed);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(indexed));
    assert.deepEqual(await idsOf(store, { order: "finding" }), ["a"]);
    await apply(store, third);
    const { events } = await readFeed(store, { count: 2 });
    assert.deepEqual(namesOf(events), factsOf(first, third));
  },

  "takes nothing": async ({ store }) => {
    assert.deepEqual(await store.commit([]), []);
  },

  "takes 1,000 changes at once": async ({ store }) => {
    const firsts = many(1000, (number) => ({ tags: [`t${number}`, "all"], due: number, allocation: "g" }));
    await apply(store, ...firsts);
    const seconds = firsts.map((change, number) =>
      number % 100 === 0 ? change : rewritten(change, { tags: [`u${number}`, "all"], due: null }),
    );
    const outcomes = await store.commit(seconds);
    assert.deepEqual(
      outcomes,
      seconds.map(({ expected }) => (expected === 0 ? "conflict" : "applied")),
    );
    assert.deepEqual(told(await store.load([tagKey("all")])), written(...seconds));
    assert.equal((await idsOf(store, { dueBy: 1000 })).length, 10);
    const { events } = await readFeed(store, { count: 1990, limit: 1000 });
    assert.deepEqual(
      namesOf(events).sort(),
      factsOf(...firsts, ...seconds.filter((it) => it.expected)).sort(),
    );
  },
} satisfies Suite;
