import assert from "node:assert/strict";
import { test } from "node:test";
import { type Plan, planned } from "../../packages/core/src/domain/reclaim/plan.ts";
import {
  allocated,
  beaten,
  held,
  intended,
  planApproved,
  reclaimOrdered,
  sessionOpened,
  unheld,
} from "../../packages/core/src/domain/testing/given.ts";
import { policy } from "../../packages/core/src/engine/testing/reclaim-world.ts";
import { readPage } from "../../packages/core/src/ports/stored-record.ts";
import { StoryWorld } from "./world.ts";

const ALLOCATED = { state: "allocated", findings: [] };

async function made(world: StoryWorld, id: string, more: object = {}): Promise<string> {
  await world.hears(intended({ id, ttlSeconds: 3_600, ...more }));
  const externalId = await world.create(id);
  await world.hears(allocated(externalId, { id }));
  return externalId;
}

test("story 3: an address was used again, and the delete hit the old machine or the new one", async () => {
  await using world = await StoryWorld.begin({ cloud: { ids: "reused" } });
  const first = await made(world, "vm-1");
  await world.delete(first);
  const second = await made(world, "vm-2", { ttlSeconds: 86_400 });
  assert.equal(second, first);
  await world.passUntil(75);
  assert.deepEqual(world.existing, [second], "the new one has the id, and carries another drett id");
  assert.equal((await world.standing("vm-1")).state, "freed");
  assert.deepEqual(await world.standing("vm-2"), ALLOCATED);
});

test("story 3: where nothing guards ids that are used again, no policy deletes", async () => {
  await using world = await StoryWorld.begin({ served: { identity: "reused" } });
  const externalId = await made(world, "vm-1");
  await world.passUntil(75);
  assert.deepEqual(world.existing, [externalId]);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["over-ttl"] });
});

test("story 17: a network card was deleted while it was being created, because it looked unused", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(sessionOpened(), intended({ session: "engine-1", type: "port", ttlSeconds: 60 }));
  const externalId = await world.create("vm-1");
  await world.passUntil(9);
  assert.deepEqual(world.existing, [externalId], "its intent is open");
  await world.server.engine.listen();
  await world.hears(beaten());
  await world.passUntil(30);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["over-ttl"] });
  assert.deepEqual(world.existing, [externalId], "its engine is alive");
});

test("story 21: an error in a script deleted the gateways of live clusters, for hours", async () => {
  await using world = await StoryWorld.begin({
    policies: [policy({ budget: { count: 5, percent: 10, windowSeconds: 600 } })],
  });
  for (let number = 0; number < 12; number += 1) await made(world, `vm-${number}`);
  await world.passUntil(90);
  assert.equal(world.existing.length, 12, "more at once than was thought of: none of them");
  assert.deepEqual(world.deleted, []);
});

test("story 21: a budget of zero is none, and no script's empty value means all", async () => {
  await using world = await StoryWorld.begin({
    policies: [policy({ budget: { count: 0, percent: 100, windowSeconds: 600 } })],
  });
  await made(world, "vm-1");
  await world.passUntil(90);
  assert.deepEqual(world.deleted, []);
});

test("story 21: what somebody holds is protected from a policy, from an order and from an approved plan", async () => {
  for (const mode of ["auto", "ask", "observe"] as const) {
    await using world = await StoryWorld.begin({ policies: [policy({ mode })] });
    await made(world, "vm-1");
    if (mode === "observe") await world.hears(reclaimOrdered());
    world.clock.minutes = 61;
    if (mode === "ask") {
      await world.passUntil(63);
      const { records } = await world.server.store.query({ kind: "plan", order: "oldest", limit: 1 });
      const [plan] = readPage(records) as readonly Plan[];
      assert.ok(plan);
      await world.hears(planApproved({ id: plan.id, count: 1, hash: planned(plan).hash }));
    }
    await world.hears(held(24 * 60));
    await world.passUntil(90);
    assert.deepEqual(world.deleted, [], mode);
    await world.hears(unheld());
    if (mode === "ask") continue;
    await world.passUntil(95);
    assert.equal(world.deleted.length, 1, `it was the hold, with ${mode}`);
  }
});

test("story 22: all logins shared one account, and the janitor took the clusters of others for its own", async () => {
  await using world = await StoryWorld.begin();
  await made(world, "vm-1");
  const cluster = await world.create("", { tags: { name: "kops" } });
  const unknown = await world.create("some-other-drett");
  await world.passUntil(75);
  assert.deepEqual(world.existing, [cluster, unknown], "only what a record names is ever deleted");
});

test("story 23: two controllers had one name for their cloud, and deleted each other's agents", async () => {
  await using world = await StoryWorld.begin();
  const name = "agent-1";
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.hears(allocated(await world.create("vm-1", { name })));
  const other = await world.create("agent-of-the-other", { name });
  await world.passUntil(75);
  assert.deepEqual(world.existing, [other], "an id of its own for each, and never a name");
});
