import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allocated, extended, frozenByItself, intended, thawed } from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import { changeOf } from "../../ports/factless.ts";
import { hear, hearsWell, keptIn, refusalIn } from "../testing/engines.ts";
import { after, down, FaultyStore } from "../testing/faulty-store.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";
import { countLive, renew, reserve } from "./budget.ts";
import { Shares } from "./shares.ts";

const machine = (number: number, more = {}) => [
  intended({ id: `vm-${number}`, ...more }).at(0),
  allocated(`i-${number}`, { id: `vm-${number}` }).at(1),
];

async function several(world: ReclaimWorld, numbers: readonly number[], more = {}): Promise<void> {
  for (const number of numbers) {
    world.cloud.create(`i-${number}`, `vm-${number}`);
    await hearsWell(world.engine, ...machine(number, more));
  }
}

const budget = { count: 2, percent: 100, windowSeconds: 600 };
const moment = { now: 1_000_000, live: async () => 100 };

describe("a share of what is live", () => {
  test("is of what the policy is for: not of what an earlier one is for", async () => {
    const first = policy({ name: "first", match: { owner: ["lpds"] }, mode: "observe" });
    const rest = policy({ name: "rest", match: {}, budget: { count: 100, percent: 10, windowSeconds: 600 } });
    const world = reclaimWorld({ policies: [first, rest] });
    await several(world, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await several(world, [11, 12], { owner: "other", ttlSeconds: 60 });
    assert.equal(await countLive(world.store, rest, [first, rest]), 2);
    await world.pass();
    assert.deepEqual(world.cloud.deleted, [], "one of two may go, and two would");
  });
});

test("a share is of all that lived in its window: what was freed of it makes it no smaller", async () => {
  const world = reclaimWorld({ policies: [policy({ budget: { ...budget, count: 100 } })] });
  for (const number of [1, 2, 3, 4]) {
    await several(world, [number], { ttlSeconds: 60 });
    await world.pass();
  }
  assert.equal(world.cloud.deleted.length, 4);
  const half = reclaimWorld({ policies: [policy({ budget: { ...budget, count: 100, percent: 50 } })] });
  await several(half, [1, 2], { ttlSeconds: 60 });
  await several(half, [3, 4], { ttlSeconds: 86_400 });
  await half.pass();
  assert.equal(half.cloud.deleted.length, 2, "half of four");
  await several(half, [5], { ttlSeconds: 60 });
  await half.pass();
  assert.equal(half.cloud.deleted.length, 3, "half of five, rounded up");
  await several(half, [6], { ttlSeconds: 60 });
  await half.pass();
  assert.equal(half.cloud.deleted.length, 3, "half of six");
});

describe("a reservation", () => {
  test("that another server was faster with is made anew, and both count", async () => {
    const inner = new MemoryStore();
    const store = new FaultyStore(inner);
    const ci = policy({ budget });
    store.next(after(() => reserve(inner, ci, ["vm-1", "vm-2"], moment)));
    assert.deepEqual(await reserve(store, ci, ["vm-3"], moment), {
      reserved: false,
      wanted: 1,
      left: 0,
      allowed: 2,
    });
  });

  test("counts to the last millisecond of its window", async () => {
    const store = new MemoryStore();
    const ci = policy({ budget });
    await reserve(store, ci, ["vm-1", "vm-2"], moment);
    const later = (ms: number) => reserve(store, ci, ["vm-3"], { ...moment, now: moment.now + ms });
    assert.equal((await later(599_999)).reserved, false);
    assert.equal((await later(600_000)).reserved, true);
  });

  for (const [what, body] of [
    ["no list of shares", null],
    ["a share without a time", { "vm-1": "yesterday" }],
  ] as const) {
    test(`is not made where the record of what was spent holds ${what}`, async () => {
      const ci = policy({ budget });
      const other = policy({ name: "other", match: { application: ["other"] } });
      const world = reclaimWorld({ policies: [ci, other] });
      const spoilt = { kind: "budget", id: "ci", tags: [], body: body as unknown as object } as const;
      await world.store.commit([changeOf(spoilt, 0)]);
      await several(world, [1], { ttlSeconds: 60 });
      await several(world, [2], { ttlSeconds: 60, application: "other" });
      await world.pass();
      assert.deepEqual(world.cloud.deleted, ["i-2"], "and the other policy goes on");
      assert.match(String(world.errors[0]), /budget ci cannot be read/);
    });
  }
});

describe("shares that are renewed", () => {
  const countBudgets = (store: FaultyStore) =>
    store.commits.flat().filter(({ kind }) => kind === "budget").length;
  const ids = Array.from({ length: 50 }, (_, place) => `vm-${place}`);

  test("are written together, for all that come while one is written", async () => {
    const store = new FaultyStore(new MemoryStore());
    const ci = policy({ budget: { ...budget, count: 50 } });
    const { engine } = reclaimWorld({ store, policies: [ci] });
    await reserve(store, ci, ids, { now: engine.clock.now(), live: moment.live });
    const shares = new Shares(engine);
    const renewed = await Promise.all(ids.map((id) => shares.renew(ci, id)));
    assert.ok(renewed.every((until) => until === engine.clock.now() + 5_000));
    assert.ok(countBudgets(store) <= 3, `${countBudgets(store)}`);
  });

  test("whose window is over are taken anew as far as the budget reaches, and no further", async () => {
    const store = new MemoryStore();
    const ci = policy({ budget });
    const later = { now: moment.now + 600_000, live: moment.live };
    await reserve(store, ci, ["vm-1", "vm-2"], moment);
    await reserve(store, ci, ["vm-3"], { ...moment, now: later.now });
    assert.deepEqual(await renew(store, ci, ["vm-1", "vm-2"], later), { "vm-1": later.now + 5_000 });
    const afterwards = (ms: number) => renew(store, ci, ["vm-2"], { ...later, now: later.now + ms });
    assert.deepEqual(await afterwards(599_999), {});
    assert.deepEqual(Object.keys(await afterwards(600_000)), ["vm-2"]);
  });

  test("are good for a deletion within five seconds, and call off a later one", async () => {
    const store = new FaultyStore(new MemoryStore());
    const world = reclaimWorld({ store, policies: [policy({ budget })] });
    await several(world, [1], { ttlSeconds: 60 });
    let renewed = 0;
    store.before = async (action) => {
      const isRenewed = store.commits.at(-1)?.[0]?.kind === "budget" && countBudgets(store) === 2;
      if (action === "load" && isRenewed && renewed++ === 0) world.clock.minutes += 5.001 / 60;
    };
    await world.pass();
    assert.equal(renewed > 0, true);
    assert.deepEqual(world.cloud.deleted, []);
    assert.deepEqual(
      world.events.map(({ kind }) => kind),
      ["withdrawn"],
    );
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });

  test("after a write that failed are written by the next", async () => {
    const store = new FaultyStore(new MemoryStore());
    const { engine } = reclaimWorld({ store, policies: [policy({ budget })] });
    const [ci = policy()] = engine.defaults.reclaim.policies;
    await reserve(store, ci, ["vm-1"], { now: engine.clock.now(), live: moment.live });
    const shares = new Shares(engine);
    store.next(down);
    await assert.rejects(shares.renew(ci, "vm-1"), /disk is full/);
    assert.equal(await shares.renew(ci, "vm-1"), engine.clock.now() + 5_000);
  });
});

describe("the finding that a budget is spent", () => {
  const freezesIn = async (world: ReclaimWorld) =>
    [...(await keptIn(world.store))].flatMap(([name, { record }]) =>
      name.startsWith("freeze") ? [record.facts.map(({ kind }) => kind)] : [],
    );

  test("ends when nothing is to be freed any more", async () => {
    const world = reclaimWorld({ policies: [policy({ budget: { ...budget, count: 0 } })] });
    await several(world, [1], { ttlSeconds: 60 });
    await world.pass();
    assert.deepEqual(await freezesIn(world), [["frozen"]]);
    await hearsWell(world.engine, extended(600));
    await world.pass();
    assert.deepEqual(await freezesIn(world), [["frozen", "thawed"]]);
  });

  test("is lifted by a person once there is no such policy any more", async () => {
    const world = reclaimWorld({ policies: [policy()] });
    await hearsWell(world.engine, frozenByItself({ id: "freeze-1", policy: "renamed" }));
    await world.pass();
    assert.deepEqual(await freezesIn(world), [["frozen"]], "another server may have the policy");
    assert.equal(refusalIn(await hear(world.engine, thawed())), undefined);
  });
});
