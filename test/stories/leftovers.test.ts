import assert from "node:assert/strict";
import { test } from "node:test";
import { registerIntent } from "@drett/core";
import {
  allocated,
  begun,
  failed,
  finished,
  freed,
  intended,
  releasing,
} from "../../packages/core/src/domain/testing/given.ts";
import { refusalIn } from "../../packages/core/src/engine/testing/engines.ts";
import { StoryWorld } from "./world.ts";

const FREED = { state: "freed", findings: [] };
const OWN = { owner: "lpds", ttlSeconds: 3_600 };

async function made(world: StoryWorld, id: string, more: object = {}): Promise<string> {
  await world.hears(intended({ id, ...OWN, ...more }));
  const externalId = await world.create(id);
  await world.hears(allocated(externalId, { id }));
  return externalId;
}

test("story 12: the machine was deleted, and its disks and network cards were missed", async () => {
  await using world = await StoryWorld.begin();
  const machine = await made(world, "vm-1");
  await made(world, "disk-1", { type: "volume", parent: "vm-1" });
  await made(world, "port-1", { type: "port", parent: "vm-1" });
  await world.delete(machine);
  await world.hears(releasing(), freed(machine));
  assert.deepEqual(await world.standing(), FREED);
  await world.passUntil(75);
  assert.deepEqual(world.existing, [], "each has a record of its own, and its own end");
});

test("story 12: a machine is not freed before what hangs on it", async () => {
  await using world = await StoryWorld.begin();
  const machine = await made(world, "vm-1");
  const disk = await made(world, "disk-1", { type: "volume", parent: "vm-1", ttlSeconds: 7_200 });
  await world.passUntil(90);
  assert.deepEqual(world.deleted, []);
  await world.passUntil(130);
  assert.deepEqual(world.deleted, [disk, machine]);
});

test("story 13: the port was made, the machine failed, the port was forgotten, and so for ever", async () => {
  await using world = await StoryWorld.begin();
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const [allocation, port, vm] = [`try-${attempt}`, `port-${attempt}`, `vm-${attempt}`];
    const resources = [
      { id: port, type: "port", owner: "lpds" },
      { id: vm, type: "vm", owner: "lpds" },
    ];
    await world.hears(begun({ id: allocation, resources }));
    await world.hears(allocated(await world.create(port), { id: port }));
    await world.hears(failed({ id: vm }), finished("failed", { id: allocation }));
  }
  await world.passUntil(9);
  assert.equal(world.existing.length, 3, "for a while they are left to their engine");
  await world.passUntil(12);
  assert.deepEqual(world.existing, []);
  assert.deepEqual(await world.standing("port-3"), FREED);
});

test("story 15: 1600 GB of volumes were left by failed boots, until the quota was gone and all CI was red", async () => {
  await using world = await StoryWorld.begin({
    policies: [],
    engine: { quotas: { probe: { live: 3 } } },
  });
  await world.server.engine.recount();
  for (const id of ["v-1", "v-2", "v-3"]) await made(world, id, { type: "volume" });
  const input = { id: "v-4", application: "probe", type: "volume", owner: "lpds" };
  const fourth = await world.server.engine.submit(registerIntent, input, "tester");
  assert.equal(refusalIn(fourth), "quota-reached", "refused before it is created, while the cloud has room");
  await world.passUntil(61);
  assert.deepEqual(await world.standing("v-1"), { state: "allocated", findings: ["over-ttl"] });
});

test("story 16: detach and delete are two steps, the machine died between, and 200 cards stood idle", async () => {
  await using world = await StoryWorld.begin();
  await made(world, "port-1", { type: "port", ttlSeconds: 86_400 });
  await world.hears(releasing({ id: "port-1", timeoutSeconds: 60 }));
  await world.passUntil(3);
  assert.deepEqual(world.existing, []);
  assert.deepEqual(await world.standing("port-1"), FREED);
});

test("story 29: a partial destroy hid its errors, and left 167 roles and 23 addresses", async () => {
  await using world = await StoryWorld.begin();
  const left = await made(world, "address-1", { type: "volume" });
  const gone = await made(world, "vm-1");
  world.faults.add({ on: "delete", fault: "error-before", times: 2, caller: "engine" });
  await world.delete(left);
  await world.hears(releasing({ id: "address-1" }), releasing());
  await world.hears(freed(gone));
  await world.passUntil(12);
  assert.ok(!world.existing.includes(left), "what was not reported freed is not taken for it");
  assert.deepEqual(await world.standing("address-1"), FREED);
});
