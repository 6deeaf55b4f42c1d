import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tag } from "../domain/indexed.ts";
import { allocated, frozenByPerson, intended, minute } from "../domain/testing/given.ts";
import { hearsWell, spoil } from "../engine/testing/engines.ts";
import { type ReclaimWorld, reclaimWorld } from "../engine/testing/reclaim-world.ts";
import { openFreezes } from "./surroundings.ts";

async function leaked(): Promise<ReclaimWorld> {
  const world = reclaimWorld();
  world.cloud.create("i-1");
  await hearsWell(world.engine, intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1));
  return world;
}

describe("what cannot be read", () => {
  test("keeps a parent from being freed: it may be a child that lives", async () => {
    const world = await leaked();
    await spoil(world.store, "resource", "vm-2", { tags: [tag.parent("vm-1")] });
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    assert.match(String(world.errors[0]), /resource vm-2 cannot be read/);
  });

  test("may be a freeze, and keeps everything from being freed", async () => {
    const world = await leaked();
    await spoil(world.store, "freeze", "freeze-1", { state: "frozen", application: "drett" });
    await assert.rejects(world.pass(), /freeze freeze-1 cannot be read/);
    assert.deepEqual(world.cloud.deleted, []);
  });
});

test("a freeze holds, however many came after it", async () => {
  const { engine, store } = await leaked();
  await hearsWell(engine, frozenByPerson({ id: "red-button" }));
  await Promise.all(
    Array.from({ length: 1_050 }, (_, number) =>
      hearsWell(engine, frozenByPerson({ id: `freeze-${number}` })),
    ),
  );
  const freezes = await openFreezes(store, minute(61));
  assert.ok(freezes.some(({ id }) => id === "red-button"));
});
