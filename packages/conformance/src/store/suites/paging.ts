import assert from "node:assert/strict";
import { CursorRefused, type Query, type Store, type StoredRecord } from "@drett/core";
import { created, createdAllocation, many } from "../changes.ts";
import { allPages, apply } from "../reading.ts";
import { RUBBISH } from "../rubbish.ts";
import type { Suite } from "../subject.ts";

const ORDERS = ["newest", "oldest", "finding", "due"] as const;
type Order = (typeof ORDERS)[number];
const LIMITS = [1, 2, 3, 4, 5, 6, 7];
const ROWS = 240;

/** Many ties, and some that have no place in an order. */
const columnsOf = (number: number) => ({
  due: number % 5 === 0 ? null : (number * 7) % 10,
  ...(number % 4 === 0 ? {} : { finding: 20 + ((number * 3) % 2) * 10, since: number % 6 }),
  owner: number % 2 === 0 ? "even" : "odd",
  tags: number % 3 === 0 ? ["third", "all"] : ["all"],
});

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, offset) => from + offset).map((number) =>
    number % 8 === 7
      ? createdAllocation(`g${number}`, columnsOf(number))
      : created(`r${number}`, columnsOf(number)),
  );

const nameOf = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;

/** Which of the rows have a place in the order. */
const placed = (order: Order, from: number, to: number) =>
  rows(from, to)
    .filter(({ columns }) => order === "newest" || order === "oldest" || columns[order] !== null)
    .map(nameOf);

function assertInOrder(records: readonly StoredRecord[], order: Query["order"]): void {
  const places = records.map(({ due, finding, since }) =>
    order === "due" ? (due as number) : (finding as number) * 1000 + (since as number),
  );
  if (order === "newest" || order === "oldest") return;
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
}

const refused = (store: Store, query: Query) =>
  assert.rejects(
    store.query(query),
    (error) => error instanceof CursorRefused && error.reason === "invalid",
    `${query.order}: ${query.cursor}`,
  );

/** One record is created after each page, all over the order. */
async function pageThroughWhileInserting(store: Store, query: Query): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (let number = 0; number === 0 || cursor !== undefined; number++) {
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    seen.push(...page.records.map(nameOf));
    cursor = page.next;
    assert.ok(number < 1000, "paging comes to no end");
    if (number < 60) await apply(store, created(`new${number}`, columnsOf(number)));
  }
  return seen;
}

export const paging = {
  "shows each record once, in every order and for every limit": async ({ store }) => {
    await apply(store, ...rows(0, ROWS));
    for (const order of ORDERS) {
      const expected = placed(order, 0, ROWS).sort();
      const [whole] = await allPages(store, { order, limit: 1000 });
      for (const limit of LIMITS) {
        const pages = await allPages(store, { order, limit });
        assert.equal(pages.length, Math.ceil(expected.length / limit), `${order} by ${limit}: pages`);
        assert.deepEqual(pages.flat().map(nameOf), whole?.map(nameOf), `${order} by ${limit}`);
        assert.deepEqual(pages.flat().map(nameOf).sort(), expected, `${order} by ${limit}`);
        assertInOrder(pages.flat(), order);
      }
    }
  },

  "shows each record once where a filter applies": async ({ store }) => {
    await apply(store, ...rows(0, ROWS));
    const filters = [
      { kind: "allocation" },
      { where: { owner: "odd" } },
      { tags: ["third", "all"] },
      { dueBy: 4 },
      { kind: "resource", where: { owner: "even" }, tags: ["all"], dueBy: 6 },
    ] as const;
    for (const order of ORDERS) {
      for (const filter of filters) {
        const [whole = []] = await allPages(store, { ...filter, order, limit: 1000 });
        const pages = await allPages(store, { ...filter, order, limit: 3 });
        assert.ok(whole.length > 3);
        assert.deepEqual(pages.flat().map(nameOf), whole.map(nameOf), `${order} ${JSON.stringify(filter)}`);
      }
    }
  },

  "ends with the last record, and not a page later": async ({ store }) => {
    await apply(store, ...many(12, () => ({ due: 1, finding: 20, since: 1 })));
    for (const order of ORDERS) {
      for (const [limit, sizes] of [
        [4, [4, 4, 4]],
        [6, [6, 6]],
        [12, [12]],
        [5, [5, 5, 2]],
      ] as const) {
        const pages = await allPages(store, { order, limit });
        assert.deepEqual(
          pages.map(({ length }) => length),
          sizes,
          order,
        );
      }
    }
  },

  "misses and repeats nothing while records are inserted": async ({ fresh }) => {
    for (const order of ORDERS) {
      for (const limit of [1, 3, 7]) {
        await fresh(async (store) => {
          await apply(store, ...rows(0, 60));
          const old = (await allPages(store, { order, limit: 1000 })).flat().map(nameOf);
          const seen = await pageThroughWhileInserting(store, { order, limit });
          const what = `${order} by ${limit}`;
          assert.equal(new Set(seen).size, seen.length, `${what}: shown twice`);
          const shown = order === "newest" ? seen : seen.filter((name) => old.includes(name));
          assert.deepEqual(shown, old, what);
        });
      }
    }
  },

  "goes on from a cursor as often as it is asked to": async ({ store }) => {
    await apply(store, ...rows(0, 60));
    for (const order of ORDERS) {
      const { next } = await store.query({ order, limit: 10 });
      assert.notEqual(next, undefined);
      const second = await store.query({ order, limit: 10, cursor: next });
      await apply(store, created(`${order}-new`));
      const again = await store.query({ order, limit: 10, cursor: next });
      assert.deepEqual(again.records.map(nameOf), second.records.map(nameOf));
    }
  },

  "refuses a cursor of another order": async ({ store }) => {
    await apply(store, ...rows(0, 60));
    for (const order of ORDERS) {
      const { next } = await store.query({ order, limit: 10 });
      for (const other of ORDERS) {
        if (other !== order) await refused(store, { order: other, limit: 10, cursor: next });
      }
    }
  },

  "refuses a cursor that is none": async ({ store }) => {
    await apply(store, ...rows(0, 60));
    const { cursor: ofEvents } = await store.events(undefined, 10);
    for (const order of ORDERS) {
      for (const cursor of [...RUBBISH, `["${order}"]`, ofEvents]) {
        await refused(store, { order, limit: 10, cursor });
      }
    }
  },
} satisfies Suite;
