import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Fact } from "../../domain/fact.ts";
import {
  allocated,
  confirmedExists,
  freed,
  frozenByItself,
  frozenByPerson,
  held,
  intended,
  minute,
  reclaimOrdered,
  type Saying,
  VM,
} from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import type { Freeing, Looking } from "../../ports/provider.ts";
import { hearsWell, type Kept, keptIn, kindsIn } from "../testing/engines.ts";
import { after, FaultyStore } from "../testing/faulty-store.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";

/** Its life is over at minute 2, an hour before now. */
const overdue = (number: number): Saying[] => [
  intended({ id: `vm-${number}`, ttlSeconds: 60 }).at(0),
  allocated(`i-${number}`, { id: `vm-${number}` }).at(1),
];

async function leaked(count = 1, options: Parameters<typeof reclaimWorld>[0] = {}): Promise<ReclaimWorld> {
  const world = reclaimWorld(options);
  for (let number = 1; number <= count; number += 1) {
    world.cloud.create(`i-${number}`, `vm-${number}`);
    await hearsWell(world.engine, ...overdue(number));
  }
  return world;
}

const factsOf = async ({ store }: ReclaimWorld) =>
  ((await keptIn(store)).get("resource vm-1") as Kept).record.facts as readonly Fact[];

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 5_000 && !holds(); turn += 1) await new Promise(setImmediate);
  assert.ok(holds());
}

describe("what waits for its turn to be deleted", () => {
  /** Of 25 at one place 24 are being deleted, and hang; the last one waits. */
  async function waiting() {
    const world = await leaked(25);
    const gate = Promise.withResolvers<Freeing>();
    world.cloud.freeing.push(...Array.from({ length: 24 }, () => () => gate.promise));
    await world.engine.sweep();
    await world.reclaimer.pass();
    await until(() => world.cloud.deleted.length === 24);
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    const number = Array.from({ length: 25 }, (_, place) => place + 1).find(
      (it) => !world.cloud.deleted.includes(`i-${it}`),
    );
    const go = async () => {
      gate.resolve({ answer: "denied", reason: "403" });
      await world.reclaimer.idle();
    };
    return { world, id: `vm-${number}`, externalId: `i-${number}`, go };
  }

  test("is not, where a hold comes meanwhile", async () => {
    const { world, id, externalId, go } = await waiting();
    await hearsWell(world.engine, held(600, { id }));
    await go();
    assert.ok(!world.cloud.deleted.includes(externalId));
    assert.equal((await kindsIn(world.store, `resource ${id}`)).at(-1), "claim-withdrawn");
  });

  test("is not, where too little of its time is left by then", async () => {
    const { world, externalId, go } = await waiting();
    world.clock.minutes += 299 / 60;
    await go();
    assert.ok(!world.cloud.deleted.includes(externalId));
  });
});

test("what is asked about when drett is stopped is not deleted after that", async () => {
  const store = new FaultyStore(new MemoryStore());
  const world = await leaked(1, { store });
  world.cloud.looking.push(() => {
    store.before = async () => {
      void world.reclaimer.stop();
    };
    return { answer: "present" };
  });
  await world.pass();
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  assert.deepEqual(world.cloud.deleted, []);
});

test("an attempt that is cut short because drett is stopped has not failed: its claim runs out", async () => {
  const world = await leaked();
  world.cloud.looking.push(() => new Promise(() => {}));
  await world.engine.sweep();
  await world.reclaimer.pass();
  await until(() => world.cloud.looking.length === 0);
  await world.reclaimer.stop();
  assert.deepEqual(
    world.events.map(({ kind }) => kind),
    ["cut-short"],
  );
  assert.equal((await kindsIn(world.store)).at(-1), "claimed");
});

test("what was reported freed since it was looked at is not deleted, and its sister is", async () => {
  const world = await leaked();
  world.cloud.create("i-9");
  await hearsWell(world.engine, allocated("i-9").at(1), reclaimOrdered());
  world.cloud.looking.push({ answer: "present" }, async () => {
    await hearsWell(world.engine, freed("i-1"));
    return { answer: "present" };
  });
  await world.pass();
  assert.deepEqual(world.cloud.deleted, ["i-9"]);
});

test("what is frozen while its share is taken is not even claimed", async () => {
  const store = new FaultyStore(new MemoryStore());
  const world = await leaked(1, { store });
  await world.engine.sweep();
  store.next(after(() => hearsWell(world.engine, frozenByPerson())));
  await world.reclaimer.pass();
  await world.reclaimer.idle();
  assert.deepEqual(await kindsIn(store), ["intent", "allocated"]);
  assert.deepEqual(
    world.events.map(({ kind }) => kind),
    ["not-claimed"],
  );
});

test("what had its share before the policy's budget was spent is deleted", async () => {
  const world = await leaked();
  world.cloud.looking.push(async () => {
    await hearsWell(world.engine, frozenByItself({ policy: "ci" }));
    return { answer: "present" };
  });
  await world.pass();
  assert.deepEqual(world.cloud.deleted, ["i-1"]);
});

test("what comes to be of another policy while it is looked at takes its share of that one", async () => {
  const policies = [
    policy({
      name: "nova",
      match: { module: ["nova"] },
      budget: { count: 0, percent: 0, windowSeconds: 600 },
    }),
    policy(),
  ];
  const world = reclaimWorld({ policies });
  world.cloud.create("i-1");
  await hearsWell(world.engine, allocated("i-1", { ...VM, ttlSeconds: 60 }).at(1));
  world.cloud.looking.push(async () => {
    await hearsWell(world.engine, intended({ module: "nova", ttlSeconds: 60 }).at(0));
    return { answer: "present" };
  });
  await world.passUntil(64);
  assert.deepEqual(world.cloud.deleted, []);
  assert.equal((await kindsIn(world.store)).at(-1), "claim-withdrawn");
});

test("of two things, what is left once the other was reported freed is freed when it is overdue", async () => {
  for (const [reported, left] of [
    [freed("i-1").at(4), ["i-9"]],
    [freed("i-9").at(4), ["i-1"]],
    [freed().at(4), ["i-1", "i-9"]],
  ] as const) {
    const world = await leaked();
    world.cloud.create("i-9");
    await hearsWell(world.engine, allocated("i-9").at(3), reported);
    if (left.length === 1) world.cloud.things.delete(left[0] === "i-1" ? "i-9" : "i-1");
    await world.pass();
    assert.deepEqual(world.cloud.deleted, left);
    assert.equal(world.cloud.things.size, 0);
    assert.deepEqual(
      world.events.map(({ kind }) => kind),
      ["freed"],
    );
    await world.passUntil(70);
    assert.equal(world.cloud.deleted.length, left.length);
  }
});

test("an attempt ends at once where another thing comes to light, or all of it is reported gone", async () => {
  for (const said of [allocated("i-2"), freed("i-1")]) {
    const world = await leaked();
    world.cloud.freeing.push(async () => {
      await hearsWell(world.engine, said);
      return { answer: "accepted" };
    });
    await world.pass();
    assert.ok(world.clock.minutes < 61, said.command.name);
    assert.deepEqual(
      world.events.map(({ kind }) => kind),
      ["failed"],
    );
  }
});

describe("a look", () => {
  for (const [what, answer] of [
    ["nothing at all", undefined],
    ["what means nothing", { answer: "deleted" }],
    ["a word", "gone"],
    ["an HTTP status", { status: 404 }],
  ] as const) {
    test(`that answers ${what} cannot tell, and never says gone`, async () => {
      const world = await leaked();
      world.cloud.looking.push(() => answer as unknown as Looking);
      await world.pass();
      assert.deepEqual(await kindsIn(world.store), ["intent", "allocated", "claimed", "reclaim-failed"]);
      assert.deepEqual(world.cloud.deleted, []);
    });
  }

  test("that finds it present takes back what an earlier one said of it", async () => {
    const world = await leaked();
    world.cloud.looking.push({ answer: "gone" }, { answer: "present" });
    world.cloud.freeing.push({ answer: "accepted" });
    await world.pass();
    assert.deepEqual((await kindsIn(world.store)).slice(2), [
      "claimed",
      "seen-gone",
      "seen",
      "reclaim-failed",
    ]);
    world.clock.minutes += 5;
    world.cloud.looking.push({ answer: "gone" });
    world.cloud.freeing.push({ answer: "accepted" });
    await world.pass();
    assert.ok(!(await kindsIn(world.store)).includes("proven-gone"), "one look is no proof");
  });

  test("counts from when it was asked: it may not have seen what came to be meanwhile", async () => {
    const world = await leaked();
    world.cloud.looking.push(async () => {
      world.clock.minutes += 0.25;
      world.cloud.things.clear();
      await hearsWell(world.engine, confirmedExists("i-1"));
      world.clock.minutes += 0.25;
      return { answer: "gone" };
    });
    await world.pass();
    const looks = (await factsOf(world)).filter(({ kind }) => kind === "seen-gone").map(({ at }) => at);
    assert.equal(looks[0], minute(60));
    const counted = looks.filter((at) => at > minute(60.25));
    assert.ok(Math.max(...counted) - Math.min(...counted) >= 30_000);
  });
});

describe("a deletion", () => {
  for (const [what, afterSeconds] of [
    ["no number", Number.NaN],
    ["for ever", Number.POSITIVE_INFINITY],
    ["longer than there are dates", 1e15],
    ["less than a millisecond", 0.0001],
  ] as const) {
    test(`that asks to wait for ${what} keeps nobody else waiting`, async () => {
      const world = await leaked();
      world.cloud.freeing.push({ answer: "later", reason: "throttled", afterSeconds });
      await world.pass();
      await world.pass();
      assert.equal((await kindsIn(world.store)).includes("reclaim-failed"), true);
      assert.deepEqual(world.errors, []);
      await world.passUntil(60 + 25 * 60, 60);
      assert.equal(world.cloud.deleted.length, 2);
    });
  }

  test("whose answer fills pages is recorded with the beginning of it", async () => {
    const world = await leaked();
    world.cloud.freeing.push({ answer: "denied", reason: "x".repeat(1_000_000) });
    await world.pass();
    assert.equal(world.events[0]?.reason?.length, 500);
  });
});

test("each external id is told with the data that came with it", async () => {
  const world = await leaked();
  world.cloud.create("i-9");
  await hearsWell(
    world.engine,
    allocated("i-9", { data: { zone: "a" } }).at(2),
    allocated("i-1", { data: { zone: "b" } }).at(1),
  );
  const told: unknown[] = [];
  const look = ({ externalId, data }: { externalId: string; data?: object }) => {
    told.push([externalId, data]);
    return { answer: "cannot-tell", reason: "asked enough" } as const;
  };
  world.cloud.looking.push((target) => {
    look(target);
    return { answer: "present" };
  }, look);
  await world.pass();
  assert.deepEqual(told, [
    ["i-1", { zone: "b" }],
    ["i-9", { zone: "a" }],
  ]);
});
