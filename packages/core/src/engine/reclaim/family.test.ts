import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { outlookOf } from "../../domain/reclaim/outlook.ts";
import { allocated, intended, reclaimOrdered } from "../../domain/testing/given.ts";
import { lookUp } from "../../reads/surroundings.ts";
import { hearsWell } from "../testing/engines.ts";
import { type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";

/** Machines that are overdue, each with its parent. */
async function family(parents: { readonly [id: string]: string }): Promise<ReclaimWorld> {
  const world = reclaimWorld();
  for (const [id, parent] of Object.entries(parents)) {
    world.cloud.create(`i-${id}`, id);
    await hearsWell(
      world.engine,
      intended({ id, parent, ttlSeconds: 60 }).at(0),
      allocated(`i-${id}`, { id }).at(1),
    );
  }
  return world;
}

const saysOf = async ({ engine, store, clock }: ReclaimWorld, id: string) => {
  const { defaults } = engine;
  const found = await lookUp(store, id, { now: clock.now(), defaults });
  assert.ok(found);
  return outlookOf(found.resource, found.surroundings)
    .obstacles.map(({ says }) => says)
    .join(" ");
};

const CIRCLES: { readonly [what: string]: { readonly [id: string]: string } } = {
  "of two": { "vm-1": "vm-2", "vm-2": "vm-1" },
  "of three": { "vm-1": "vm-2", "vm-2": "vm-3", "vm-3": "vm-1" },
};

describe("parents in a circle", () => {
  for (const [what, circle] of Object.entries(CIRCLES)) {
    test(`${what} are freed by no policy, and it says why`, async () => {
      const world = await family(circle);
      await world.passUntil(64);
      assert.deepEqual(world.cloud.deleted, []);
      for (const id of Object.keys(circle))
        assert.match(await saysOf(world, id), /in a circle: order the one/);
    });

    test(`${what} are freed once a person has ordered which one goes first`, async () => {
      const world = await family(circle);
      await hearsWell(world.engine, reclaimOrdered({ id: "vm-1" }));
      await world.passUntil(80);
      assert.equal(world.cloud.deleted[0], "i-vm-1");
      assert.equal(world.cloud.things.size, 0, "and the others follow by the policy");
    });
  }

  test("of itself alone have nothing to wait for", async () => {
    const world = await family({ "vm-1": "vm-1" });
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-vm-1"]);
  });

  test("let no order free what has another child", async () => {
    const world = await family({ "vm-1": "vm-2", "vm-2": "vm-1" });
    world.cloud.create("i-9", "vm-9");
    await hearsWell(
      world.engine,
      intended({ id: "vm-9", parent: "vm-1" }),
      allocated("i-9", { id: "vm-9" }),
      reclaimOrdered({ id: "vm-1" }),
    );
    await world.passUntil(64);
    assert.deepEqual(world.cloud.deleted, []);
  });
});
