import assert from "node:assert/strict";
import { test } from "node:test";
import { registerIntent } from "@drett/core";
import {
  allocated,
  freed,
  intended,
  releaseFailed,
  releasing,
  unknown,
} from "../../packages/core/src/domain/testing/given.ts";
import { refusalIn } from "../../packages/core/src/engine/testing/engines.ts";
import { policy } from "../../packages/core/src/engine/testing/reclaim-world.ts";
import { StoryWorld } from "./world.ts";

const FREED = { state: "freed", findings: [] };
const OVER = { state: "allocated", findings: ["over-ttl"] };

/** One machine, to live for an hour. */
async function withMachine(options: Parameters<typeof StoryWorld.begin>[0] = {}, plan = {}) {
  const world = await StoryWorld.begin(options);
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1", plan)));
  return world;
}

test("story 1: who was deleting five machines died with the process, and the next one skipped them", async () => {
  await using world = await withMachine();
  const [externalId = ""] = world.existing;
  await world.hears(releasing());
  await world.passUntil(9);
  assert.deepEqual(world.existing, [externalId], "its engine is at it");
  await world.passUntil(12);
  assert.deepEqual(world.existing, [], "a release that is not confirmed stays open, and is carried on");
  assert.deepEqual(await world.standing(), FREED);
});

test("story 2: each delete was refused, and after thirty of them the record was dropped", async () => {
  await using world = await withMachine({}, { isProtected: true });
  const [externalId = ""] = world.existing;
  await world.hears(releasing(), releaseFailed());
  for (let day = 0; day < 40; day += 1) await world.passUntil(world.clock.minutes + 24 * 60, 24 * 60);
  const { state, findings } = await world.standing();
  assert.equal(state, "releasing");
  assert.equal(findings[0], "stuck");
  assert.deepEqual(world.existing, [externalId]);
});

test("story 9: 82 containers ran and 20 were known, because an incomplete list was believed", async () => {
  await using world = await StoryWorld.begin({ policies: [policy({ settlesNeverCreated: true })] });
  await world.hears(intended({ ttlSeconds: 7_200 }));
  await world.create("vm-1");
  await world.hears(unknown());
  world.faults.add({ on: "list", fault: "broken-off", times: 3 });
  await world.passUntil(2);
  assert.deepEqual(await world.standing(), { state: "unknown", findings: ["unknown-outcome"] });
  await world.passUntil(9);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: [] });
});

test("story 9: one list that was cut short and claimed to be complete proves nothing", async () => {
  await using world = await StoryWorld.begin({ policies: [policy({ settlesNeverCreated: true })] });
  await world.hears(intended({ ttlSeconds: 7_200 }));
  await world.create("vm-1");
  await world.hears(unknown());
  world.clock.minutes = 1;
  world.faults.add({ on: "list", fault: "cut-short" });
  await world.pass();
  assert.equal((await world.standing()).state, "unknown");
  await world.passUntil(4);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: [] });
});

test("story 9: what is not found while its account cannot be seen is not taken for gone", async () => {
  await using world = await StoryWorld.begin();
  world.faults.add({ on: "create", fault: "unseen" });
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1")));
  world.faults.add({ on: "account", fault: "denied", chance: 1 });
  world.clock.minutes = 61;
  await world.pass();
  assert.deepEqual(await world.standing(), OVER);
});

test("story 24: that GitHub no longer knew it was taken for an error, and orphans were kept for ever", async () => {
  await using world = await withMachine();
  const [externalId = ""] = world.existing;
  await world.delete(externalId);
  await world.passUntil(62);
  assert.deepEqual(await world.standing(), FREED, "a definite absence, twice, is an end");
  assert.deepEqual(world.deleted, []);
});

test("story 24: an error is no absence", async () => {
  await using world = await withMachine();
  world.faults.add({ on: "describe", fault: "error-before", chance: 1 });
  world.clock.minutes = 61;
  await world.pass();
  assert.deepEqual(await world.standing(), OVER);
  assert.deepEqual(world.deleted, []);
});

test("story 25: a pool left the configuration, and nothing owned its two nodes for 47 days", async () => {
  await using world = await withMachine({ policies: [], served: { types: ["volume"] } });
  await world.passUntil(47 * 24 * 60, 24 * 60);
  assert.deepEqual(
    await world.standing(),
    OVER,
    "what is found hangs on the record, on no policy or provider",
  );
});

test("story 26: two of four clusters were missed, because two things had one key", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(intended({ id: "ci-cluster" }));
  const other = { id: "ci-cluster", application: "other", type: "vm", owner: "somebody" };
  const again = await world.server.engine.submit(registerIntent, other, "tester");
  assert.equal(refusalIn(again), "id-used", "the second one is told, before it creates anything");
});

test("story 26: two machines under one name are two external ids, and one that is gone hides no other", async () => {
  await using world = await withMachine();
  const [externalId = ""] = world.existing;
  const second = await world.create("vm-1");
  await world.hears(allocated(second));
  world.clock.minutes = 1;
  await world.delete(externalId);
  await world.hears(freed(externalId));
  assert.ok((await world.standing()).findings.includes("duplicate"));
  await world.passUntil(50);
  assert.deepEqual(world.existing, [second], "it may be the one that is used");
  assert.ok((await world.standing()).findings.includes("duplicate"), "it stays one until the second is gone");
  await world.passUntil(70);
  assert.deepEqual(world.deleted, [second], "its life was over");
  assert.deepEqual(await world.standing(), FREED);
});
