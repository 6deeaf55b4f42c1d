import assert from "node:assert/strict";
import { type Query, STORED_KINDS } from "@drett/core";
import { created, createdAllocation, many, rewritten } from "../changes.ts";
import { allPages, apply, idsOf, sortedIdsOf, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

const TEXT_COLUMNS = ["state", "application", "module", "owner", "type", "allocation"] as const;
const NULLABLE = ["finding", "module", "owner", "type", "allocation"] as const;

/** Times as they are today, and on the far side of what fits into fewer bits. */
const NOW = 1_795_000_000_123;
const FAR = 4_417_000_000_000;

export const query = {
  "finds nothing in an empty store": async ({ store }) => {
    for (const order of ["newest", "oldest", "finding", "due"] as const) {
      assert.deepEqual(await store.query({ order, limit: 10 }), { records: [] });
    }
  },

  "gives records as they were written": async ({ store }) => {
    const first = created("a", { due: NOW, finding: 30, since: NOW - 1 });
    const second = rewritten(created("b"), { due: FAR });
    await apply(store, first, created("b"));
    await apply(store, second);
    for (const order of ["newest", "oldest", "due"] as const) {
      assert.deepEqual(told((await store.query({ order, limit: 9 })).records), written(first, second), order);
    }
    assert.deepEqual(told((await store.query({ order: "finding", limit: 9 })).records), written(first));
  },

  "finds all kinds where none is named, and else the one": async ({ store }) => {
    const found = { due: 1, finding: 20, since: 1 };
    for (const kind of STORED_KINDS) await apply(store, created("a", found, kind));
    await apply(store, created("b", found));
    for (const order of ["newest", "oldest", "finding", "due"] as const) {
      const kinds = async (query: Partial<Query>) =>
        (await store.query({ order, limit: 9, ...query })).records
          .map(({ kind, id }) => `${kind} ${id}`)
          .sort();
      const ofA = STORED_KINDS.map((kind) => `${kind} a`);
      assert.deepEqual(await kinds({}), [...ofA, "resource b"].sort(), order);
      assert.deepEqual(await kinds({ kind: "resource" }), ["resource a", "resource b"], order);
      for (const kind of STORED_KINDS.filter((kind) => kind !== "resource")) {
        assert.deepEqual(await kinds({ kind }), [`${kind} a`], order);
      }
    }
  },

  "finds by each column": async ({ store }) => {
    for (const column of TEXT_COLUMNS) {
      const values = ["x", "y", "x", "z"];
      await apply(store, ...many(4, (number) => ({ [column]: values[number] }), `${column}-`));
      const ids = (value: string) => sortedIdsOf(store, { where: { [column]: value } });
      assert.deepEqual(await ids("x"), [`${column}-0`, `${column}-2`]);
      assert.deepEqual(await ids("y"), [`${column}-1`]);
      assert.deepEqual(await ids("none"), []);
    }
  },

  "finds by the number of a finding": async ({ store }) => {
    const ranks = [20, 30, 20, 2, 0];
    await apply(store, ...many(5, (number) => ({ finding: ranks[number], since: 1 })), created("none"));
    const ids = (finding: number) => sortedIdsOf(store, { where: { finding } });
    assert.deepEqual(await ids(20), ["r0", "r2"]);
    assert.deepEqual(await ids(30), ["r1"]);
    assert.deepEqual(await ids(2), ["r3"]);
    assert.deepEqual(await ids(0), ["r4"]);
    assert.deepEqual(await ids(3), []);
  },

  "finds by several columns what has all of them": async ({ store }) => {
    const pairs = ["x", "y"].flatMap((owner) => ["x", "y"].map((type) => ({ owner, type })));
    await apply(store, ...many(4, (number) => pairs[number] ?? {}), created("null", { owner: "x" }));
    for (const [number, where] of pairs.entries()) {
      assert.deepEqual(await idsOf(store, { where }), [`r${number}`]);
    }
    assert.deepEqual(await idsOf(store, { where: { owner: "x", type: "x", module: "x" } }), []);
    assert.deepEqual((await idsOf(store, { where: {} })).length, 5);
  },

  "takes null for no value": async ({ store }) => {
    await apply(store, created("a"), created("b", { owner: "null", module: "" }));
    for (const column of NULLABLE) {
      const query = { where: { [column]: null }, order: "newest", limit: 9 } as const;
      assert.deepEqual((await store.query(query)).records, [], column);
    }
    assert.deepEqual(await idsOf(store, { where: { owner: "null" } }), ["b"]);
    assert.deepEqual(await idsOf(store, { where: { module: "" } }), ["b"]);
  },

  "finds by a tag, and by several what carries all of them": async ({ store }) => {
    await apply(
      store,
      created("xy", { tags: ["x", "y"] }),
      created("x", { tags: ["x"] }),
      created("yz", { tags: ["y", "z"] }),
      createdAllocation("g", { tags: ["y", "x"] }),
      created("none"),
    );
    const ids = (...tags: string[]) => sortedIdsOf(store, { tags });
    assert.deepEqual(await ids("x"), ["g", "x", "xy"]);
    assert.deepEqual(await ids("x", "y"), ["g", "xy"]);
    assert.deepEqual(await ids("y", "x", "y"), ["g", "xy"]);
    assert.deepEqual(await ids("x", "y", "z"), []);
    assert.deepEqual(await ids("w"), []);
    assert.deepEqual((await ids()).length, 5);
  },

  "takes a tag for the whole of it": async ({ store }) => {
    await apply(store, created("a", { tags: ["label a=b c=d", "one,two"] }));
    for (const part of ["label a=b", "a=b", "one", "two", "one,tw_", "%", "*"]) {
      assert.deepEqual(await idsOf(store, { tags: [part] }), [], part);
    }
  },

  "finds what is due, including what is due by then exactly": async ({ store }) => {
    const dues = [10, 20, 30, null, 0, NOW, FAR];
    await apply(store, ...many(dues.length, (number) => ({ due: dues[number] })));
    for (const order of ["newest", "oldest", "due"] as const) {
      const ids = (dueBy: number) => sortedIdsOf(store, { dueBy, order });
      assert.deepEqual(await ids(-1), []);
      assert.deepEqual(await ids(0), ["r4"]);
      assert.deepEqual(await ids(19), ["r0", "r4"]);
      assert.deepEqual(await ids(20), ["r0", "r1", "r4"]);
      assert.deepEqual(await ids(NOW - 1), ["r0", "r1", "r2", "r4"]);
      assert.deepEqual(await ids(NOW), ["r0", "r1", "r2", "r4", "r5"]);
      assert.deepEqual(await ids(FAR), ["r0", "r1", "r2", "r4", "r5", "r6"]);
    }
  },

  "narrows by kind, columns, tags and due time together": async ({ store }) => {
    const fits = { owner: "x", tags: ["t"], due: 5, finding: 20, since: 1 };
    await apply(
      store,
      created("fits", fits),
      createdAllocation("kind", fits),
      created("owner", { ...fits, owner: "y" }),
      created("tag", { ...fits, tags: [] }),
      created("due", { ...fits, due: 6 }),
      created("finding", { ...fits, finding: 30 }),
      created("undue", { ...fits, due: null }),
    );
    for (const order of ["newest", "oldest", "finding", "due"] as const) {
      const where = { owner: "x", finding: 20 };
      const query = { kind: "resource", where, tags: ["t"], dueBy: 5, order } as const;
      assert.deepEqual(await idsOf(store, query), ["fits"], order);
      assert.deepEqual(await idsOf(store, { ...query, limit: 1 }), ["fits"], order);
    }
  },

  "lists the newest first, or the oldest, by when they were created, not written": async ({ store }) => {
    const firsts = [created("c"), createdAllocation("a"), created("b"), created("d")];
    for (const change of firsts) await apply(store, change);
    assert.deepEqual(await idsOf(store, {}), ["d", "b", "a", "c"]);
    await apply(store, rewritten(firsts[0] as (typeof firsts)[0], { due: 1, finding: 20, since: 1 }));
    assert.deepEqual(await idsOf(store, {}), ["d", "b", "a", "c"]);
    assert.deepEqual(await idsOf(store, { kind: "resource" }), ["d", "b", "c"]);
    assert.deepEqual(await idsOf(store, { order: "oldest" }), ["c", "a", "b", "d"]);
  },

  "lists findings by rank, then by since when": async ({ store }) => {
    const findings: [number | null, number | null][] = [
      ...([
        [30, 5],
        [20, 9],
        [30, 4],
        [100, 1],
        [20, NOW],
        [null, null],
        [20, 10],
        [0, FAR],
      ] as [number, number][]),
    ];
    await apply(
      store,
      ...many(findings.length, (n) => ({ finding: findings[n]?.[0], since: findings[n]?.[1] })),
    );
    assert.deepEqual(await idsOf(store, { order: "finding" }), ["r7", "r1", "r6", "r4", "r2", "r0", "r3"]);
    assert.deepEqual(await idsOf(store, { order: "finding", where: { finding: 20 } }), ["r1", "r6", "r4"]);
  },

  "lists what is due, the earliest first": async ({ store }) => {
    const dues = [30, 4, null, 100, NOW, 0, FAR, 29];
    await apply(store, ...many(dues.length, (number) => ({ due: dues[number] })));
    assert.deepEqual(await idsOf(store, { order: "due" }), ["r5", "r1", "r7", "r0", "r3", "r4", "r6"]);
  },

  "keeps to the limit": async ({ store }) => {
    await apply(store, ...many(5));
    for (const limit of [1, 4, 5, 6, 1000]) {
      const { records, next } = await store.query({ order: "newest", limit });
      assert.equal(records.length, Math.min(5, limit));
      assert.equal(next === undefined, limit >= 5, `next after ${limit} of 5`);
    }
    assert.equal((await allPages(store, { order: "newest", limit: 5 })).length, 1);
  },
} satisfies Suite;
