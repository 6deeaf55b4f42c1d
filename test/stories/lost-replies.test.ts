import assert from "node:assert/strict";
import { test } from "node:test";
import { allocated, begun, intended, unknown } from "../../packages/core/src/domain/testing/given.ts";
import { policy } from "../../packages/core/src/engine/testing/reclaim-world.ts";
import { StoryWorld } from "./world.ts";

const ALLOCATED = { state: "allocated", findings: [] };
const FREED = { state: "freed", findings: [] };

test("story 4: a tenth of a thousand nodes was created, and the object that was to know them was not", async () => {
  await using world = await StoryWorld.begin();
  const ids = Array.from({ length: 20 }, (_, number) => `vm-${number}`);
  const resources = ids.map((id) => ({ id, type: "vm", owner: "lpds", ttlSeconds: 3_600 }));
  await world.hears(begun({ resources, timeoutSeconds: 600 }));
  for (const id of ids) {
    const externalId = await world.create(id);
    if (id !== "vm-7" && id !== "vm-17") await world.hears(allocated(externalId, { id }));
  }
  await world.passUntil(9);
  assert.deepEqual(world.deleted, []);
  await world.passUntil(30);
  assert.deepEqual(
    world.existing,
    [],
    "the allocation did not come about: those that nobody knew go with it",
  );
  assert.deepEqual(await world.standing("vm-17"), FREED);
});

test("story 5: an engine died after its create call, and only its memory joined claim and machine", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(intended({ ttlSeconds: 3_600 }));
  const externalId = await world.create("vm-1");
  await world.passUntil(9);
  assert.deepEqual(await world.standing(), { state: "pending", findings: [] });
  await world.passUntil(12);
  assert.deepEqual(await world.standing(), ALLOCATED, "its drett id tells whose it is");
  assert.deepEqual(world.existing, [externalId], "found is not freed: it may be in use");
  await world.passUntil(75);
  assert.deepEqual(world.existing, []);
  assert.deepEqual(await world.standing(), FREED);
});

test("story 6: a restart before the id was recorded made an extra instance, swept an hour later", async () => {
  await using world = await StoryWorld.begin();
  await world.hears(intended({ ttlSeconds: 3_600 }));
  const first = await world.create("vm-1", { token: "vm-1" });
  await world.hears(intended({ ttlSeconds: 3_600 }));
  const second = await world.create("vm-1", { token: "vm-1" });
  await world.hears(allocated(second));
  assert.equal(first, second, "the id outlives the restart, and as a token it creates nothing more");
  assert.deepEqual(await world.standing(), ALLOCATED);
});

test("story 7: each restart of a controller made one more machine", async () => {
  await using world = await StoryWorld.begin();
  for (let restart = 1; restart <= 3; restart += 1) {
    await world.hears(intended({ ttlSeconds: 3_600 }));
    await world.create("vm-1");
  }
  await world.passUntil(12);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["duplicate"] });
  await world.passUntil(75);
  assert.deepEqual(world.existing, [], "all three were tracked, so all three are freed");
});

test("story 8: a controller was killed while creating, and its nodes stayed unmanaged for ever", async () => {
  await using world = await StoryWorld.begin({ policies: [] });
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.create("vm-1");
  await world.passUntil(12);
  assert.deepEqual(await world.standing(), ALLOCATED, "looked for without any policy");
  await world.passUntil(75);
  assert.deepEqual(await world.standing(), { state: "allocated", findings: ["over-ttl"] });
  assert.equal(world.existing.length, 1, "and without a policy, a person is told, and nothing is freed");
});

test("story 10: a create was answered 503 though it had worked, and was tried again under the same name", async () => {
  await using world = await StoryWorld.begin();
  world.faults.add({ on: "create", fault: "error-after" });
  const drett = world.client();
  const asked: string[] = [];
  const track = () =>
    drett.track({ type: "vm", ttl: "1h", acquire: ({ id }) => (asked.push(id), world.create(id)) });
  await assert.rejects(track(), { status: 500 });
  await track();
  const [lost = "", known = ""] = asked;
  assert.deepEqual(await world.standing(lost), { state: "unknown", findings: ["unknown-outcome"] });
  await world.passUntil(2);
  assert.deepEqual(await world.standing(lost), ALLOCATED);
  assert.deepEqual(await world.standing(known), ALLOCATED);
  await world.passUntil(75);
  assert.deepEqual(world.existing, []);
});

test("story 14: the reply about a volume was lost between two services, and nobody could clean it up", async () => {
  await using world = await StoryWorld.begin();
  world.faults.add({ on: "create", fault: "lost-reply" });
  const drett = world.client();
  let id = "";
  const acquire = (acquiring: { id: string }) => world.create((id = acquiring.id));
  await assert.rejects(drett.track({ type: "volume", ttl: "1h", acquire }));
  assert.deepEqual(await world.standing(id), { state: "unknown", findings: ["unknown-outcome"] });
  await world.passUntil(75);
  assert.deepEqual(world.existing, []);
  assert.deepEqual(await world.standing(id), FREED);
});

test("story 14: what is not listed yet is not taken for never created", async () => {
  await using world = await StoryWorld.begin({
    policies: [policy({ settlesNeverCreated: true })],
    lag: 300,
  });
  world.faults.add({ on: "create", fault: "unlisted", ms: 240_000 });
  await world.hears(intended({ ttlSeconds: 3_600 }));
  await world.create("vm-1");
  await world.hears(unknown());
  await world.passUntil(4, 0.5);
  assert.deepEqual(await world.standing(), { state: "unknown", findings: ["unknown-outcome"] });
  await world.passUntil(8, 0.5);
  assert.deepEqual(await world.standing(), ALLOCATED);
});

test("story 27: tagging failed after the create call, and one instance a day was known to nobody", async () => {
  await using world = await StoryWorld.begin({ policies: [policy({ settlesNeverCreated: true })] });
  await world.hears(intended({ ttlSeconds: 3_600 }), intended({ id: "vm-2", ttlSeconds: 3_600 }));
  await world.create("vm-1");
  const untagged = await world.create("vm-2", { tags: {} });
  await world.hears(allocated(untagged, { id: "vm-2" }));
  await world.passUntil(12);
  assert.deepEqual(await world.standing(), ALLOCATED, "what is tagged by the create call itself is found");
  await world.passUntil(75);
  assert.deepEqual(world.existing, [untagged], "what does not carry its id is not deleted");
  const { state, findings } = await world.standing("vm-2");
  assert.equal(state, "allocated", "nor is it dropped");
  assert.ok(findings.includes("over-ttl"));
});
