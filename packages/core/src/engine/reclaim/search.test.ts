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
  test("is looked for once all that came of it can be found, and a settling time later again", async () => {
    const world = reclaimWorld({ policies: settling });
    await hearsWell(world.engine, intended().at(59), unknown().at(60));
    await world.pass();
    assert.deepEqual(await kindsIn(world.store), ["intent", "unknown"], "it may not be found yet");
    await world.passUntil(60.9, 0.25);
    assert.equal((await standing(world)).state, "unknown");
    await world.passUntil(61.1, 0.25);
    assert.equal((await standing(world)).state, "never-created");
    const looks = ((await keptIn(world.store)).get("resource vm-1") as Kept).record.facts
      .filter(({ kind }) => kind === "not-found")
      .map(({ at }) => at);
    assert.ok(Math.min(...looks) >= minute(60.5));
    assert.ok(Math.max(...looks) - Math.min(...looks) >= 30_000);
  });

  test("of two attempts is found twice, though the second one could be found only after a while", async () => {
    const world = reclaimWorld({ policies: settling });
    await hearsWell(world.engine, intended({ ttlSeconds: 86_400 }).at(59), unknown().at(60));
    world.cloud.create("i-7");
    await world.pass();
    world.clock.minutes = 60.45;
    world.cloud.create("i-8");
    await world.passUntil(62, 0.25);
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["duplicate"] });
  });

  test("and an attempt that worked are two things: what is freed is closed once no other one is found", async () => {
    const world = reclaimWorld();
    await hearsWell(
      world.engine,
      intended({ ttlSeconds: 60 }).at(0),
      unknown({ reason: "timeout" }).at(1),
      allocated("i-1").at(2),
    );
    for (const externalId of ["i-0", "i-1"]) world.cloud.create(externalId);
    await world.passUntil(70);
    assert.deepEqual(world.cloud.deleted, ["i-1", "i-0"]);
    assert.deepEqual(await standing(world), { state: "freed", findings: [] });
    assert.ok((await kindsIn(world.store)).includes("not-found"));
  });
});

describe("what is gone, and whose engine could not tell what came of it, is not closed", () => {
  const doubtful = async (options: Parameters<typeof reclaimWorld>[0] = {}) => {
    const world = reclaimWorld(options);
    world.cloud.create("i-1");
    await hearsWell(
      world.engine,
      intended({ ttlSeconds: 60 }).at(0),
      unknown().at(1),
      allocated("i-1").at(2),
    );
    return world;
  };
  const CANNOT_TELL = { answer: "cannot-tell", reason: "the list broke off" } as const;

  test("while nobody can tell whether there is more", async () => {
    const world = await doubtful();
    world.cloud.finding.push(...Array.from({ length: 50 }, () => CANNOT_TELL));
    await world.pass();
    assert.deepEqual(world.events, [{ kind: "failed", id: "vm-1", claim: 1, reason: "the list broke off" }]);
    assert.equal((await standing(world)).state, "allocated");
    world.cloud.finding.length = 0;
    await world.passUntil(70);
    assert.equal((await standing(world)).state, "freed");
    assert.equal(world.cloud.deleted.length, 1);
  });

  test("by a search right after another attempt of which it could not tell either", async () => {
    const world = await doubtful();
    world.cloud.freeing.push(async ({ externalId }) => {
      world.cloud.things.delete(externalId);
      await hearsWell(world.engine, unknown({ reason: "reset" }).at(60));
      return { answer: "accepted" };
    });
    await world.pass();
    const { facts } = ((await keptIn(world.store)).get("resource vm-1") as Kept).record;
    const searches = facts.filter(({ kind }) => kind === "not-found").map(({ at }) => at);
    assert.ok(searches.length > 0 && Math.min(...searches) >= minute(60.5));
    assert.equal((await standing(world)).state, "freed");
  });

  test("but where it cannot be searched for, the looks are all there is", async () => {
    for (const findable of ["no", "named"] as const) {
      const world = await doubtful({ served: { findable } });
      await world.pass();
      assert.equal((await standing(world)).state, "freed", findable);
      assert.ok(!(await kindsIn(world.store)).includes("not-found"));
    }
  });
});
