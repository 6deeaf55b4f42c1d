import assert from "node:assert/strict";
import { test } from "node:test";
import { claim } from "../../packages/core/src/domain/commands/claim.ts";
import {
  allocated,
  beaten,
  extended,
  intended,
  sessionOpened,
} from "../../packages/core/src/domain/testing/given.ts";
import { hear } from "../../packages/core/src/engine/testing/engines.ts";
import { policy } from "../../packages/core/src/engine/testing/reclaim-world.ts";
import { StoryWorld } from "./world.ts";

const FREED = { state: "freed", findings: [] };
const ALLOCATED = { state: "allocated", findings: [] };

/** A machine of an engine that promised to be heard once a minute; by itself it would live for a day. */
async function watched(options: Parameters<typeof StoryWorld.begin>[0] = {}) {
  const world = await StoryWorld.begin(options);
  await world.hears(sessionOpened(), intended({ session: "engine-1", ttlSeconds: 86_400 }));
  await world.hears(allocated(await world.create("vm-1")));
  return world;
}

test("story 11: fifty machines were on for days, and because no agent came their idle time never began", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1")));
  await world.passUntil(62);
  assert.deepEqual(
    await world.standing(),
    FREED,
    "its life counts from its creation, not from its first use",
  );
});

test("story 18: a project was given to a second job while the first one was still deleting in it", async () => {
  await using world = await watched();
  await world.silence(90);
  await world.server.engine.sweep();
  const taken = await world.server.engine.submit(
    claim,
    { id: "vm-1", session: "engine-1", attempt: "mine" },
    "drett",
  );
  const other = await world.server.engine.submit(
    claim,
    { id: "vm-1", session: "engine-1", attempt: "other" },
    "drett",
  );
  assert.equal("reply" in taken && taken.reply.claim, 1);
  assert.equal("reply" in other && other.reply.claim, undefined, "one at a time");
  const beat = await hear(world.server.engine, beaten());
  const { lost } = ("reply" in beat ? beat.reply : {}) as { lost: { code: string; resource: string }[] };
  assert.deepEqual(
    lost.map(({ code, resource }) => [code, resource]),
    [["reclaim-in-progress", "vm-1"]],
    "its holder is told with the next heartbeat",
  );
});

test("story 19: the heartbeat stopped after five hours, and ended without an error", async () => {
  await using world = await watched({ policies: [] });
  for (let beat = 0; beat < 3; beat += 1) {
    await world.silence(20);
    await world.hears(beaten());
  }
  assert.deepEqual(await world.standing(), ALLOCATED);
  await world.silence(90);
  await world.server.engine.sweep();
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["session-lapsed"] });
});

test("story 20: leases were freed by hand, because their type was missing in the reaper's list", async () => {
  await using world = await StoryWorld.begin({ served: { types: ["volume"] } });
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1")));
  await world.passUntil(62);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["over-ttl"] });
});

test("story 28: a CI job was cancelled, and its clean-up never ran", async () => {
  await using world = await watched();
  await world.silence(90);
  await world.pass();
  assert.deepEqual(world.existing, []);
  assert.deepEqual(await world.standing(), FREED);
});

test("story 30: the runner was offline, and its expensive machine was left on", async () => {
  await using world = await watched({ policies: [policy({ graceSeconds: 600 })] });
  await world.silence(90);
  await world.passUntil(9);
  assert.equal(world.existing.length, 1, "it may come back");
  await world.passUntil(14);
  assert.deepEqual(await world.standing(), FREED);
});

test("story 30: what is asked for in time lives on", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1")));
  await world.hears(extended(120));
  await world.passUntil(119);
  assert.deepEqual(await world.standing(), ALLOCATED);
  await world.passUntil(122);
  assert.deepEqual(await world.standing(), FREED);
});
