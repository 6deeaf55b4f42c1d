import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ArgumentInvalid, Refused } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { problem } from "./fake-server.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});

const vm = { type: "vm", acquire: () => "i-1" };
const at = "2026-11-23T09:00:00.000Z";
const word = { reason: "looked", decision: "d-1" };
const WORDS = {
  "confirm-exists": (drett: Drett, id: string, seen: number) =>
    drett.resource(id).confirmExists("i-2", { seen, ...word }),
  "confirm-gone": (drett: Drett, id: string, seen: number) =>
    drett.resource(id).confirmGone({ seen, ...word }),
  "confirm-never-created": (drett: Drett, id: string, seen: number) =>
    drett.resource(id).confirmNeverCreated({ seen, ...word }),
  reclaim: (drett: Drett, id: string, seen: number) => drett.resource(id).reclaim({ seen, ...word }),
  forget: (drett: Drett, id: string, seen: number) => drett.resource(id).forget({ seen, ...word }),
};

for (const [name, decide] of Object.entries(WORDS)) {
  test(`${name} tells what was seen, why, and its id`, async () => {
    const { id } = await world.run(drett.track(vm));
    const { version } = await world.run(drett.get(id));
    await world.run(decide(drett, id, version));
    assert.equal(world.paths.at(-1), `/v1/resources/${id}/${name}`);
    const more = name === "confirm-exists" ? { externalId: "i-2" } : {};
    assert.deepEqual(world.seen.at(-1)?.body, { seen: 2, ...word, ...more, at });
  });
}

test("how an allocation ended, and that a session is dead, is told with what was seen and why", async () => {
  for (const id of ["fleet", "engine"]) world.server.records.set(id, []);
  await world.run(drett.confirmOutcome("fleet", "failed", { seen: 3, ...word }));
  assert.equal(world.paths.at(-1), "/v1/allocations/fleet/confirm-outcome");
  assert.deepEqual(world.seen.at(-1)?.body, { outcome: "failed", seen: 3, ...word, at });
  world.mishaps = [mishap.unheard];
  await world.run(drett.confirmLapsed("engine", { seen: 2, reason: "looked" }));
  assert.equal(world.paths.at(-1), "/v1/sessions/engine/confirm-lapsed");
  const ids = new Set(world.seen.slice(-2).map(({ body }) => body.decision));
  assert.deepEqual([ids.size, typeof [...ids][0]], [1, "string"]);
});

test("a decision without an id gets one, and keeps it over its retries", async () => {
  const { id } = await world.run(drett.track(vm));
  world.mishaps = [mishap.unheard, mishap.unheard];
  await world.run(drett.resource(id).confirmGone({ seen: 2, reason: "looked" }));
  const ids = new Set(world.seen.slice(-3).map(({ body }) => body.decision));
  assert.deepEqual([ids.size, typeof [...ids][0]], [1, "string"]);
  assert.equal(world.server.kinds(id).filter((kind) => kind === "confirm-gone").length, 1);
});

test("a decision on what has changed is refused with its code", async () => {
  const { id } = await world.run(drett.track(vm));
  world.server.refusals.set("forget", () => problem(409, "changed-since"));
  const error = await rejection(world.run(drett.resource(id).forget({ seen: 1, reason: "old" })));
  assert.ok(error instanceof Refused && error.code === "changed-since");
});

test("a hold ends at a time or after a while; it is lifted by the id that it got", async () => {
  const { id } = await world.run(drett.track(vm));
  const resource = drett.resource(id);
  const hold = await world.run(resource.hold("2h", { reason: "in use" }));
  assert.equal(world.paths.at(-1), `/v1/resources/${id}/holds`);
  const until = "2026-11-23T11:00:00.000Z";
  assert.deepEqual(world.seen.at(-1)?.body, { hold, until, reason: "in use", at });
  const named = await world.run(resource.hold(new Date(until), { hold: "h-1", reason: "in use" }));
  assert.equal(named, "h-1");
  assert.ok((await rejection(world.run(resource.hold("soon", { reason: "?" })))) instanceof ArgumentInvalid);
  await world.run(resource.unhold(hold, { seen: 4, reason: "done" }));
  assert.deepEqual(world.seen.at(-1)?.body, { hold, seen: 4, reason: "done", at });
});

test("what a person has confirmed gone, or never created, is not released in another process", async () => {
  const release = () => assert.fail("nothing is there to be released");
  const gone = await world.run(drett.track(vm));
  await world.run(drett.resource(gone.id).confirmGone({ seen: 2, reason: "looked" }));
  await world.run(world.drett().resource(gone.id).release(release));
  const never = await world.run(drett.intend(vm));
  await world.run(drett.resource(never.id).confirmNeverCreated({ seen: 1, reason: "looked" }));
  await world.run(world.drett().resource(never.id).release(release));
});

test("a freeze lasts for a while, or until it is lifted by the id that it got", async () => {
  const freeze = await world.run(drett.freeze({ reason: "a storm", until: "2h" }));
  const until = "2026-11-23T11:00:00.000Z";
  assert.deepEqual(world.seen.at(-1)?.body, { id: freeze, reason: "a storm", until, at });
  await world.run(drett.thaw(freeze, { reason: "over" }));
  assert.equal(world.paths.at(-1), `/v1/freezes/${freeze}/thaw`);
  assert.deepEqual(world.seen.at(-1)?.body, { reason: "over", at });
});

test("a plan is looked through, and approved by its count and its hash, or aborted", async () => {
  world.server.records.set("p-1", []);
  world.server.pages = [{ items: [{ id: "p-1", count: 1, hash: "h" }], next: null }];
  const [waiting] = await world.run(Array.fromAsync(drett.plans({ state: "waiting" })));
  assert.equal(world.seen.at(-1)?.query.get("state"), "waiting");
  const { id, hash, count } = waiting as { id: string; hash: string; count: number };
  const { items } = await world.run(drett.plan(id));
  assert.deepEqual(items, [{ resource: "vm-1" }]);
  await world.run(drett.approvePlan(id, { count, hash, reason: "looked through" }));
  assert.equal(world.paths.at(-1), "/v1/plans/p-1/approve");
  assert.deepEqual(world.seen.at(-1)?.body, { count: 1, hash: "h", reason: "looked through", at });
  await world.run(drett.abortPlan(id, { reason: "enough" }));
  assert.equal(world.paths.at(-1), "/v1/plans/p-1/abort");
});

test("what drett would do with a resource can be asked", async () => {
  const { obstacles } = await world.run(drett.resource("vm-1").policy());
  assert.deepEqual(obstacles, [{ code: "observe" }]);
});
