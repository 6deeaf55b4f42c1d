import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { claim } from "../../domain/commands/claim.ts";
import {
  allocated,
  held,
  intended,
  sessionClosed,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
} from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import { hear, hearsWell, kindsIn } from "../testing/engines.ts";
import { after, answerLost, FaultyStore } from "../testing/faulty-store.ts";
import { reclaimWorld } from "../testing/reclaim-world.ts";

/** One machine whose engine is silent, and two servers. */
async function silent() {
  const inner = new MemoryStore();
  const store = new FaultyStore(inner);
  const world = reclaimWorld({ store });
  const other = reclaimWorld({ store: inner, cloud: world.cloud, clock: world.clock });
  world.cloud.create("i-1");
  await hearsWell(
    world.engine,
    sessionOpened(),
    intended({ session: "engine-1" }).at(0),
    allocated("i-1").at(1),
    sessionLapsed(),
  );
  world.clock.minutes += 0.01;
  await world.engine.sweep();
  const claims = () =>
    world.engine.submit(claim, { id: "vm-1", session: "engine-1", attempt: "mine" }, "drett");
  return { world, other, store, claims };
}

describe("a claim", () => {
  test("is withdrawn, where its engine was heard between the two halves of it, and told that nothing is lost", async () => {
    const { world, other, store, claims } = await silent();
    store.next(
      after(async () => {
        const heard = await hear(other.engine, sessionRecovered());
        assert.deepEqual("reply" in heard && (heard.reply as { lost: unknown }).lost, []);
      }),
    );
    const outcome = await claims();
    assert.equal("reply" in outcome && outcome.reply.claim, undefined);
    assert.equal((await kindsIn(store)).at(-1), "claim-withdrawn");
    world.clock.minutes += 0.01;
    await world.engine.sweep();
    assert.equal((await kindsIn(store)).at(-1), "session-recovered", "it is its engine's again");
    await hearsWell(world.engine, sessionClosed());
    await world.passUntil(70);
    assert.deepEqual(world.cloud.deleted, [], "an engine that closes leaves what it has to its TTL");
  });

  test("is for nobody who does not know of its session: a heartbeat on another server could miss it", async () => {
    const { world, store } = await silent();
    for (const named of [{}, { session: "engine-2" }]) {
      const outcome = await world.engine.submit(claim, { id: "vm-1", ...named, attempt: "mine" }, "drett");
      assert.equal("reply" in outcome && outcome.reply.claim, undefined);
    }
    assert.ok(!(await kindsIn(store)).includes("claimed"));
  });

  test("is the same claim where its answer was lost", async () => {
    const { store, claims } = await silent();
    store.next(answerLost);
    const outcome = await claims();
    assert.equal("reply" in outcome && outcome.reply.claim, 1);
    assert.equal((await kindsIn(store)).filter((kind) => kind === "claimed").length, 1);
  });
});

test("a hold is told of the claim under way, also where its own answer was lost or it is told again", async () => {
  const { world, store, claims } = await silent();
  await claims();
  store.next(answerLost);
  for (const time of ["first", "again"]) {
    const outcome = await hear(world.engine, held(600));
    assert.ok("reply" in outcome, time);
    assert.equal((outcome.reply as { reclaim?: { code: string } }).reclaim?.code, "reclaim-in-progress");
  }
});
