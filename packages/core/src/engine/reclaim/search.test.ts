import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  allocated,
  intended,
  minute,
  neverCreatedSettled,
  sessionLapsed,
  sessionOpened,
  sighted,
  unknown,
} from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import { hear, hearsWell, type Kept, keptIn, kindsIn, standingAt } from "../testing/engines.ts";
import { down, FaultyStore } from "../testing/faulty-store.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";

async function standing({ store, clock }: ReclaimWorld) {
  const kept = (await keptIn(store)).get("resource vm-1") as Kept;
  const { state, findings } = standingAt(kept, clock.minutes);
  return { state, findings: Object.keys(findings) };
}

/** Planned at noon, to live for a day, and never heard of again. */
async function lost(options: Parameters<typeof reclaimWorld>[0] = {}, more = {}): Promise<ReclaimWorld> {
  const world = reclaimWorld({ policies: [], ...options });
  await hearsWell(world.engine, intended({ ttlSeconds: 86_400, ...more }).at(0));
  return world;
}

const settling = [policy({ settlesNeverCreated: true, mode: "observe" })];

describe("an intent of which nothing was heard again", () => {
  test("and that is found once, is allocated from then on", async () => {
    const world = await lost();
    world.cloud.create("i-7");
    await world.pass();
    assert.deepEqual(await kindsIn(world.store), ["intent", "seen"]);
    assert.deepEqual(await standing(world), { state: "allocated", findings: [] });
    await hearsWell(world.engine, allocated("i-7"));
    assert.deepEqual(await standing(world), { state: "allocated", findings: [] });
  });

  test("and that is found twice, is tracked twice, and a finding", async () => {
    const world = await lost();
    world.cloud.create("i-7");
    world.cloud.create("i-8");
    await world.pass();
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["duplicate"] });
  });

  test("and that is found twice, is tracked twice, though the server ends in the midst of noting it", async () => {
    const store = new FaultyStore(new MemoryStore());
    const world = await lost({ store });
    world.cloud.create("i-7");
    world.cloud.create("i-8");
    let noted = 0;
    store.before = async (action) => {
      const isNote = JSON.stringify(store.commits.at(-1)).includes("seen");
      if (action === "commit" && isNote && ++noted > 1) await down();
    };
    await world.pass();
    store.before = async () => {};
    world.clock.minutes += 1;
    await world.pass();
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["duplicate"] });
  });

  test("and that is not found, twice, is proposed as never created, and stays a finding", async () => {
    const world = await lost();
    await world.passUntil(64, 0.25);
    assert.deepEqual(await kindsIn(world.store), ["intent", "not-found", "not-found"]);
    assert.deepEqual(await standing(world), { state: "pending", findings: ["overdue-intent"] });
  });

  test("and that is not found, twice, is settled where the policy says so", async () => {
    const world = await lost({ policies: settling });
    await world.passUntil(60.25, 0.25);
    assert.equal((await standing(world)).state, "pending", "once proves nothing");
    await world.passUntil(61, 0.25);
    assert.deepEqual(await standing(world), { state: "never-created", findings: [] });
    assert.deepEqual(await kindsIn(world.store), [
      "intent",
      "not-found",
      "not-found",
      "proven-never-created",
    ]);
    await hearsWell(world.engine, allocated("i-9"));
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["zombie"] });
  });

  test("and whose engine lives, is not settled: it may be about to create it", async () => {
    const world = reclaimWorld({ policies: settling });
    await hearsWell(world.engine, sessionOpened(), intended({ session: "engine-1" }).at(0));
    await world.passUntil(64, 0.25);
    assert.equal((await standing(world)).state, "pending");
    await hearsWell(world.engine, sessionLapsed());
    await world.passUntil(190, 1);
    assert.equal((await standing(world)).state, "never-created");
  });

  test("and whose engine fell silent with many others, is not settled before anything follows from that", async () => {
    const world = reclaimWorld({ policies: settling });
    await hearsWell(
      world.engine,
      sessionOpened(),
      intended({ session: "engine-1" }).at(0),
      sessionLapsed({ together: { silent: 9, of: 10 }, until: minute(180) }),
    );
    await world.passUntil(64, 0.25);
    assert.equal((await standing(world)).state, "pending");
    await world.passUntil(260, 1);
    assert.equal((await standing(world)).state, "never-created");
  });

  test("and whose engine is heard while that is settled, stays as it is", async () => {
    const { engine, store } = reclaimWorld({ policies: settling });
    await hearsWell(engine, sessionOpened(), intended({ session: "engine-1" }).at(0));
    await hearsWell(engine, sighted("not-found", 20), sighted("not-found", 21));
    for (const more of [{ session: "engine-1" }, {}]) {
      const settled = await hear(engine, neverCreatedSettled().with(more));
      assert.deepEqual(settled, { reply: { settled: false }, created: false });
    }
    assert.equal((await kindsIn(store)).at(-1), "not-found");
  });

  test("and for which the provider cannot tell, stays as it is", async () => {
    const world = await lost({ policies: settling });
    world.cloud.finding.push(
      { answer: "cannot-tell", reason: "the list broke off" },
      { answer: "cannot-tell", reason: "the list broke off" },
    );
    await world.passUntil(61, 0.6);
    assert.deepEqual(await kindsIn(world.store), ["intent"]);
  });

  test("and that the provider would not see, is not taken for never created", async () => {
    const world = await lost({ policies: settling });
    world.cloud.seeing = { answer: "no", reason: "wrong project" };
    await world.passUntil(64, 0.5);
    assert.deepEqual(await kindsIn(world.store), ["intent"]);
    assert.equal(world.events[0]?.reason, "wrong project");
  });

  test("and whose kind cannot be found, waits for a person", async () => {
    const world = await lost({ policies: settling, served: { findable: "no" } });
    await world.passUntil(64, 0.5);
    assert.deepEqual(world.events, []);
  });
});

describe("an unknown outcome", () => {
  test("is looked for at once, but what was only just created may not be found yet", async () => {
    const world = reclaimWorld({ policies: settling });
    await hearsWell(world.engine, intended().at(59), unknown().at(60));
    await world.pass();
    assert.deepEqual(await kindsIn(world.store), ["intent", "unknown", "not-found"]);
    await world.passUntil(61.1, 0.25);
    assert.equal((await standing(world)).state, "never-created");
    const looks = ((await keptIn(world.store)).get("resource vm-1") as Kept).record.facts
      .filter(({ kind }) => kind === "not-found")
      .map(({ at }) => at);
    assert.ok(Math.max(...looks) - Math.min(...looks) >= 30_000);
  });
});
