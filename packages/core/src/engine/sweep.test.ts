import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rankOf } from "../domain/finding.ts";
import {
  allocated,
  begun,
  extended,
  finished,
  freed,
  intended,
  minute,
  releasing,
  unknown,
} from "../domain/testing/given.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { engineOn, hear, hearsWell, keptIn, spoil, sweepAll, type TrialOptions } from "./testing/engines.ts";
import { after, contended, down, FaultyStore } from "./testing/faulty-store.ts";

function trial(options: TrialOptions = {}) {
  const memory = new MemoryStore();
  const store = new FaultyStore(memory);
  return { memory, store, ...engineOn(store, options) };
}

const member = (id = "vm-1") => intended({ id, allocation: "fleet" });
const membersOf = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ id: `vm-${number}`, type: "vm", owner: "lpds" }));

/** The finding and the due time that are stored, in minutes after noon. */
async function columnsOf(store: FaultyStore, name = "resource vm-1") {
  const stored = (await keptIn(store)).get(name)?.stored;
  assert.ok(stored);
  return { finding: stored.finding, due: stored.due === null ? null : (stored.due - minute(0)) / 60_000 };
}

describe("the sweep", () => {
  test("finds what is due, and moves on what was due too early", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, intended());
    assert.deepEqual(await columnsOf(store), { finding: null, due: 70 });
    clock.minutes = 70;
    assert.deepEqual(await engine.sweep(), { looked: 1, more: false });
    assert.deepEqual(await columnsOf(store), { finding: rankOf("overdue-intent"), due: null });
    assert.deepEqual(await engine.sweep(), { looked: 0, more: false });

    await hearsWell(engine, intended({ id: "vm-2", ttlSeconds: 60 }), allocated("i-2", { id: "vm-2" }));
    await hearsWell(engine, extended(200, { id: "vm-2" }));
    clock.minutes = 71;
    await engine.sweep();
    assert.deepEqual(await columnsOf(store, "resource vm-2"), { finding: null, due: 200 });
  });

  test("leaves alone what is not due", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, intended());
    clock.minutes = 69;
    const { length } = store.commits;
    assert.deepEqual(await engine.sweep(), { looked: 0, more: false });
    assert.equal(store.commits.length, length);
  });

  test("adds no fact, and no event", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, intended());
    clock.minutes = 70;
    await engine.sweep();
    assert.deepEqual(
      store.commits.at(-1)?.map(({ from, to }) => to - from),
      [0],
    );
    assert.equal((await store.events(undefined, 10)).events.length, 1);
  });

  test("takes a page at a time, and says whether there is more", async () => {
    const { engine, clock } = trial();
    for (let number = 1; number <= 5; number++) await hearsWell(engine, intended({ id: `vm-${number}` }));
    clock.minutes = 70;
    assert.deepEqual(await engine.sweep(2), { looked: 2, more: true });
    assert.deepEqual(await engine.sweep(2), { looked: 2, more: true });
    assert.deepEqual(await engine.sweep(2), { looked: 1, more: false });
    assert.deepEqual(await engine.sweep(2), { looked: 0, more: false });
  });

  test("is told of a store that is down", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, intended());
    clock.minutes = 70;
    store.next(down);
    assert.deepEqual(await engine.sweep(), { looked: 1, more: false });
    assert.deepEqual(await columnsOf(store), { finding: null, due: 70 });
    await engine.sweep();
    assert.deepEqual(await columnsOf(store), { finding: rankOf("overdue-intent"), due: null });
  });
});

describe("a due time that has passed", () => {
  test("stays over a later write until the sweep has looked", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, begun({ timeoutSeconds: 60 }));
    await sweepAll(engine);
    clock.minutes = 62;
    await hearsWell(engine, finished("failed"));
    assert.equal((await columnsOf(store, "allocation fleet")).due, 60);
    clock.minutes = 63;
    await engine.sweep();
    assert.equal((await columnsOf(store, "allocation fleet")).due, 72);
  });

  test("does not hold off what is due earlier still", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, intended({ timeoutSeconds: 3600 }));
    await hearsWell(engine, releasing({ timeoutSeconds: 60 }));
    assert.deepEqual(await columnsOf(store), { finding: null, due: 61 });
    clock.minutes = 61;
    await engine.sweep();
    assert.deepEqual(await columnsOf(store), { finding: rankOf("release-overdue"), due: null });
  });
});

describe("the sweep of an allocation", () => {
  const abandoned = { finding: rankOf("abandoned"), due: 60 + 24 * 60 };

  test("of 1,200 members reaches each of them", async () => {
    const { engine, clock, store } = trial();
    const halves = [membersOf(1200).slice(0, 600), membersOf(1200).slice(600)];
    for (const resources of halves) await hear(engine, begun({ resources }).at(60));
    const all = (await keptIn(store)).size;
    assert.equal(all, 1201);
    await Promise.all(membersOf(1200).map(({ id }) => hear(engine, allocated(`i-${id}`, { id }))));
    await sweepAll(engine);
    await hearsWell(engine, finished("failed").at(30));
    clock.minutes = 61;
    await engine.sweep();
    const kept = [...(await keptIn(store)).values()].filter(({ record }) => record.kind === "resource");
    assert.equal(kept.length, 1200);
    for (const { stored } of kept) assert.equal(stored.finding, rankOf("abandoned"));
  });

  test("brings forward when its members are due, and finds them then", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(
      engine,
      begun({ timeoutSeconds: 36_000 }),
      member(),
      allocated("i-1"),
      finished("failed"),
    );
    assert.equal((await columnsOf(store)).due, 670);
    await engine.sweep();
    assert.deepEqual(await columnsOf(store), { finding: null, due: 70 });
    clock.minutes = 70;
    await sweepAll(engine);
    assert.deepEqual(await columnsOf(store), abandoned);
  });

  test("takes findings back after a late `done`", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, begun({ timeoutSeconds: 60 }), member(), allocated("i-1"));
    clock.minutes = 71;
    await sweepAll(engine);
    assert.deepEqual(await columnsOf(store), abandoned);
    await hearsWell(engine, finished("done"));
    await sweepAll(engine);
    assert.equal((await columnsOf(store)).finding, null);
    assert.equal((await columnsOf(store, "allocation fleet")).finding, null);
  });

  test("takes up members that were registered before it", async () => {
    const { engine, store } = trial();
    await hearsWell(engine, member(), begun({ timeoutSeconds: 60 }));
    assert.equal((await columnsOf(store)).due, 70);
    await sweepAll(engine);
    assert.equal((await columnsOf(store)).due, 61);
  });

  test("corrects since when a finding holds", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, member());
    clock.minutes = 80;
    await sweepAll(engine);
    await hearsWell(engine, begun({ timeoutSeconds: 60 }).at(60));
    await sweepAll(engine);
    assert.equal((await keptIn(store)).get("resource vm-1")?.stored.since, minute(61));
  });

  test("writes only those members for which something follows", async () => {
    const { engine, store, clock } = trial();
    await hearsWell(
      engine,
      begun(),
      member(),
      member("vm-2"),
      allocated("i-1"),
      freed("i-2", { id: "vm-2" }),
    );
    await hearsWell(engine, finished("done"));
    await sweepAll(engine);
    const before = store.commits.length;
    clock.minutes = 61;
    await sweepAll(engine);
    const written = store.commits.slice(before).flat();
    assert.deepEqual(
      written.map(({ id }) => id),
      ["fleet"],
    );
    await sweepAll(engine);
    assert.equal(store.commits.length, before + 1);
  });

  test("is not stopped by a member that cannot be read", async () => {
    const { engine, clock, store, memory } = trial();
    await hearsWell(engine, begun({ timeoutSeconds: 60 }), member(), allocated("i-1"));
    await spoil(memory, "resource", "vm-2", { allocation: "fleet" });
    clock.minutes = 71;
    await sweepAll(engine);
    assert.deepEqual(await columnsOf(store), abandoned);
    assert.deepEqual(await columnsOf(store, "allocation fleet"), {
      finding: rankOf("overdue-allocation"),
      due: 71,
    });
  });

  test("that cannot be read stops no other, and is not looked at again and again in one pass", async () => {
    const { engine, clock, store, memory } = trial();
    await spoil(memory, "allocation", "spoilt", { due: minute(1) });
    await spoil(memory, "resource", "vm-9", { due: minute(1) });
    await hearsWell(engine, begun({ timeoutSeconds: 60 }), intended());
    clock.minutes = 70;
    assert.deepEqual(await engine.sweep(1), { looked: 4, more: false });
    assert.deepEqual(await columnsOf(store), { finding: rankOf("overdue-intent"), due: null });
    assert.equal((await columnsOf(store, "allocation fleet")).finding, rankOf("overdue-allocation"));
  });

  test("stays due where not all members could be looked at", async () => {
    const { engine, clock, store } = trial({ queueLimit: 3 });
    const resources = membersOf(5);
    await hear(engine, begun({ resources }));
    await sweepAll(engine);
    for (const { id } of resources) await hearsWell(engine, allocated(`i-${id}`, { id }));
    await hearsWell(engine, finished("failed").at(30));
    const found = async () =>
      [...(await keptIn(store)).values()].filter(({ stored }) => stored.finding === rankOf("abandoned"))
        .length;
    clock.minutes = 61;
    await engine.sweep();
    assert.equal(await found(), 3);
    await engine.sweep();
    assert.equal(await found(), 5);
  });

  test("stays due where it was finished in the meantime", async () => {
    const { engine, clock, store, memory } = trial();
    const other = engineOn(memory, { clock }).engine;
    await hearsWell(engine, begun({ timeoutSeconds: 60 }), member(), allocated("i-1"));
    clock.minutes = 71;
    store.next(
      after(async () => {
        clock.minutes = 72;
        await hearsWell(other, finished("done"));
        clock.minutes = 73;
      }),
    );
    await sweepAll(engine);
    await sweepAll(engine);
    assert.equal((await columnsOf(store)).finding, null);
  });

  test("is not forgotten where its end was decided anew while the clock moved on", async () => {
    const { engine, clock, store } = trial();
    await hearsWell(engine, begun({ timeoutSeconds: 60 }), member(), allocated("i-1"));
    clock.minutes = 71;
    await sweepAll(engine);
    assert.deepEqual(await columnsOf(store), abandoned);
    clock.minutes = 72;
    await sweepAll(engine);
    assert.equal((await columnsOf(store, "allocation fleet")).due, null);
    store.next(
      after(() => {
        clock.minutes = 73;
      }, contended),
    );
    await hearsWell(engine, finished("done"));
    await sweepAll(engine);
    assert.equal((await columnsOf(store)).finding, null);
  });
});

test("an unknown outcome needs no sweep to be found", async () => {
  const { engine, store } = trial();
  await hearsWell(engine, intended(), unknown());
  assert.deepEqual(await columnsOf(store), { finding: rankOf("unknown-outcome"), due: null });
});
