import assert from "node:assert/strict";
import { test } from "node:test";
import { allocated, intended } from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import { hearsWell, keptIn } from "../testing/engines.ts";
import { after, down, FaultyStore } from "../testing/faulty-store.ts";
import { policy, reclaimWorld } from "../testing/reclaim-world.ts";

/** One machine that is overdue, and a clock that nobody sets beside the one that is set. */
async function leaked() {
  let monotonic = 0;
  const store = new FaultyStore(new MemoryStore());
  const world = reclaimWorld({ store, policies: [policy()], monotonic: () => monotonic });
  world.cloud.create("i-1");
  await hearsWell(world.engine, intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1));
  const set = (minutes: number) => {
    world.clock.minutes += minutes;
  };
  const passes = (minutes: number) => {
    set(minutes);
    monotonic += 60_000 * minutes;
  };
  const freezes = async () => [...(await keptIn(store)).keys()].filter((name) => name.startsWith("freeze"));
  return { world, store, set, passes, freezes };
}

test("a wall clock that is set while something is looked at keeps it from being deleted", async () => {
  const { world, set } = await leaked();
  world.cloud.looking.push(() => {
    set(-0.1);
    return { answer: "present" };
  });
  await world.pass();
  assert.deepEqual(world.cloud.deleted, []);
  assert.match(world.events[0]?.reason ?? "", /clock was set/);
});

test("a jump is forgotten by nobody because the freeze could not be written", async () => {
  const { world, store, set, freezes } = await leaked();
  set(60);
  store.next(down);
  await assert.rejects(world.reclaimer.pass(), /No freeze could be written/);
  await world.pass();
  assert.equal((await freezes()).length, 1);
  assert.deepEqual(world.cloud.deleted, []);
});

test("a clock that is set again while the freeze for it is written was set twice", async () => {
  const { world, store, set, freezes } = await leaked();
  set(60);
  store.next(after(() => set(20)));
  await world.reclaimer.pass();
  await world.reclaimer.pass();
  assert.equal((await freezes()).length, 2);
  await world.reclaimer.pass();
  assert.equal((await freezes()).length, 2, "and is right by now");
});

test("a second jump freezes for as long as the first", async () => {
  const { world, set, passes } = await leaked();
  set(60);
  await world.pass();
  passes(14);
  set(0.1);
  await world.pass();
  passes(5);
  await world.pass();
  assert.deepEqual(world.cloud.deleted, []);
  passes(11);
  await world.pass();
  assert.deepEqual(world.cloud.deleted, ["i-1"]);
});
