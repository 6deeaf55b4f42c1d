import assert from "node:assert/strict";
import { allocationKey, type Key, resourceKey, type Store, tagKey } from "@drett/core";
import { created, createdAllocation, rewritten } from "../changes.ts";
import { apply, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

const loaded = async (store: Store, ...keys: Key[]) => told(await store.load(keys));

export const load = {
  "gives a record by its id": async ({ store }) => {
    const [a, b] = [created("a", { due: 5, finding: 30, since: 4 }), created("b")];
    await apply(store, a, b);
    assert.deepEqual(await loaded(store, resourceKey("a")), written(a));
    assert.deepEqual(await loaded(store, resourceKey("a"), resourceKey("b")), written(a, b));
  },

  "gives columns that are null as null": async ({ store }) => {
    await apply(store, created("a"));
    const [record] = await store.load([resourceKey("a")]);
    assert.deepEqual([record?.due, record?.finding, record?.since], [null, null, null]);
  },

  "leaves out what is not there": async ({ store }) => {
    await apply(store, created("a"));
    assert.deepEqual(await loaded(store), []);
    assert.deepEqual(await loaded(store, resourceKey("b"), tagKey("none")), []);
    assert.equal((await loaded(store, resourceKey("b"), resourceKey("a"))).length, 1);
  },

  "keeps a resource and an allocation of one id apart": async ({ store }) => {
    const [resource, allocation] = [created("a", { due: 1 }), createdAllocation("a", { due: 2 })];
    await apply(store, resource, allocation);
    assert.deepEqual(await loaded(store, resourceKey("a")), written(resource));
    assert.deepEqual(await loaded(store, allocationKey("a")), written(allocation));
    assert.deepEqual(
      await loaded(store, allocationKey("a"), resourceKey("a")),
      written(resource, allocation),
    );
  },

  "gives every record that carries a tag, of either kind": async ({ store }) => {
    const tagged = [created("a", { tags: ["x"] }), createdAllocation("b", { tags: ["x"] })];
    await apply(store, ...tagged, created("c", { tags: ["y"] }), created("d"));
    assert.deepEqual(await loaded(store, tagKey("x")), written(...tagged));
  },

  "finds a record by each of its tags": async ({ store }) => {
    const tags = Array.from({ length: 100 }, (_, number) => `label k${number}=v`);
    const record = created("a", { tags });
    await apply(store, record, created("b", { tags: ["label k100=v"] }));
    for (const tag of tags) assert.deepEqual(await loaded(store, tagKey(tag)), written(record));
  },

  "takes a tag for the whole of it": async ({ store }) => {
    await apply(store, created("a", { tags: ["label a=b c=d", "one,two"] }));
    for (const part of ["label a=b", "a=b", "c=d", "one", "two", "one,tw_", "%", "label a=b c=d%"]) {
      assert.deepEqual(await loaded(store, tagKey(part)), [], part);
    }
  },

  "brings the allocation of a resource along": async ({ store }) => {
    const allocation = createdAllocation("g", { due: 7 });
    const member = created("a", { allocation: "g", tags: ["x"] });
    await apply(store, allocation, member, created("b", { allocation: "h" }));
    assert.deepEqual(await loaded(store, resourceKey("a")), written(allocation, member));
    assert.deepEqual(await loaded(store, tagKey("x")), written(allocation, member));
  },

  "brings no members along with their allocation": async ({ store }) => {
    const allocation = createdAllocation("g");
    await apply(store, allocation, created("a", { allocation: "g" }));
    assert.deepEqual(await loaded(store, allocationKey("g")), written(allocation));
  },

  "does without an allocation that is not there": async ({ store }) => {
    const member = created("a", { allocation: "g" });
    await apply(store, member, created("g"));
    assert.deepEqual(await loaded(store, resourceKey("a")), written(member));
  },

  "gives each record once, however often it is named": async ({ store }) => {
    const allocation = createdAllocation("g", { tags: ["x"] });
    const [a, b] = [
      created("a", { allocation: "g", tags: ["x", "y"] }),
      created("b", { allocation: "g", tags: ["x"] }),
    ];
    await apply(store, allocation, a, b);
    const keys = [
      resourceKey("a"),
      resourceKey("a"),
      tagKey("x"),
      tagKey("y"),
      tagKey("x"),
      allocationKey("g"),
    ];
    assert.deepEqual(await loaded(store, ...keys), written(allocation, a, b));
  },

  "follows a record to another allocation": async ({ store }) => {
    const groups = [createdAllocation("g"), createdAllocation("h")] as const;
    const first = created("a", { allocation: "g" });
    const second = rewritten(first, { allocation: "h" });
    await apply(store, ...groups, first);
    await apply(store, second);
    assert.deepEqual(await loaded(store, resourceKey("a")), written(groups[1], second));
  },

  "takes 2,000 keys": async ({ store }) => {
    const records = Array.from({ length: 500 }, (_, number) =>
      created(`r${number}`, { tags: [`t${number}`], allocation: `g${number % 10}` }),
    );
    const groups = Array.from({ length: 10 }, (_, number) => createdAllocation(`g${number}`));
    await apply(store, ...records, ...groups);
    const keys = records.flatMap(({ id }, number) => [
      resourceKey(id),
      resourceKey(`no${number}`),
      tagKey(`t${number}`),
      tagKey(`no${number}`),
    ]);
    assert.deepEqual(await loaded(store, ...keys), written(...records, ...groups));
  },
} satisfies Suite;
