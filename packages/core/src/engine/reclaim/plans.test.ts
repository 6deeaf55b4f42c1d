import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Plan, planned, stateOfPlan } from "../../domain/reclaim/plan.ts";
import {
  allocated,
  begun,
  extended,
  finished,
  frozenByPerson,
  held,
  intended,
  planAborted,
  planApproved,
  planNoted,
  type Saying,
  thawed,
  unheld,
} from "../../domain/testing/given.ts";
import { readPage } from "../../ports/stored-record.ts";
import { hear, hearsWell, refusalIn, spoil } from "../testing/engines.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";

async function leaked(
  count: number,
  options: Parameters<typeof reclaimWorld>[0] = {},
): Promise<ReclaimWorld> {
  const world = reclaimWorld({ policies: [policy({ mode: "ask" })], ...options });
  for (let number = 1; number <= count; number += 1) {
    const id = `vm-${number}`;
    world.cloud.create(`i-${number}`, id);
    const price = { amount: 0.5, currency: "EUR", per: "hour" as const };
    await hearsWell(
      world.engine,
      intended({ id, ttlSeconds: 60, price }).at(0),
      allocated(`i-${number}`, { id }).at(1),
    );
  }
  await gathered(world);
  return world;
}

/** The second time, nothing more has come to it. */
async function gathered(world: ReclaimWorld): Promise<void> {
  await world.pass();
  await world.pass();
}

async function plans({ store }: ReclaimWorld): Promise<readonly Plan[]> {
  const { records } = await store.query({ kind: "plan", order: "oldest", limit: 10 });
  return readPage(records) as readonly Plan[];
}

async function onlyPlan(world: ReclaimWorld): Promise<Plan> {
  const [plan, ...others] = await plans(world);
  assert.ok(plan);
  assert.deepEqual(others, []);
  return plan;
}

async function approval(world: ReclaimWorld, more = {}): Promise<Saying> {
  const plan = await onlyPlan(world);
  const { hash, items } = planned(plan);
  return planApproved({ id: plan.id, hash, count: items.length, ...more });
}

const became = async (world: ReclaimWorld) =>
  (await onlyPlan(world)).facts.map((fact) =>
    fact.kind === "ordered" ? `ordered ${fact.resources.length}` : fact.kind,
  );

describe("a policy that asks", () => {
  test("puts one list before a person, with count, cost and a hash, and frees nothing", async () => {
    const world = await leaked(3);
    await world.passUntil(65);
    const { items, cost } = planned(await onlyPlan(world));
    assert.deepEqual(
      items.map(({ resource, externalIds }) => [resource, ...externalIds]),
      [
        ["vm-1", "i-1"],
        ["vm-2", "i-2"],
        ["vm-3", "i-3"],
      ],
    );
    assert.match(items[0]?.says ?? "", /was to live until/);
    assert.deepEqual(cost, [{ currency: "EUR", perHour: 1.5 }]);
    assert.deepEqual(world.cloud.deleted, []);
  });

  test("frees one, then a few, then the rest, once a person has approved the list", async () => {
    const world = await leaked(9);
    await hearsWell(world.engine, await approval(world));
    await world.passUntil(75, 0.5);
    assert.equal(world.cloud.deleted.length, 9);
    const kinds = await became(world);
    assert.deepEqual(
      kinds.filter((kind) => kind.startsWith("ordered")),
      ["ordered 1", "ordered 5", "ordered 3"],
    );
    assert.equal(kinds.filter((kind) => kind === "item-freed").length, 9);
    assert.equal(
      kinds.indexOf("item-freed"),
      kinds.indexOf("ordered 1") + 1,
      "the first is seen to be gone first",
    );
  });

  test("takes no approval of another list or another count", async () => {
    const world = await leaked(2);
    assert.equal(refusalIn(await hear(world.engine, await approval(world, { count: 3 }))), "plan-differs");
    assert.equal(refusalIn(await hear(world.engine, await approval(world, { hash: "x" }))), "plan-differs");
    await world.passUntil(64);
    assert.deepEqual(world.cloud.deleted, []);
  });

  test("skips what has changed since, says why, and adds nothing that is new", async () => {
    const world = await leaked(3);
    await hearsWell(world.engine, held(600, { id: "vm-2" }), allocated("i-33", { id: "vm-3" }));
    world.cloud.create("i-4", "vm-4");
    await hearsWell(
      world.engine,
      intended({ id: "vm-4", ttlSeconds: 60 }).at(0),
      allocated("i-4", { id: "vm-4" }).at(1),
    );
    await hearsWell(world.engine, await approval(world));
    await world.passUntil(70, 0.5);
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
    const [first] = await plans(world);
    const skipped = first?.facts.flatMap((fact) =>
      fact.kind === "skipped" ? [[fact.resource, fact.reason]] : [],
    );
    assert.deepEqual(
      skipped?.map(([id]) => id),
      ["vm-2", "vm-3"],
    );
    assert.match(skipped?.[0]?.[1] ?? "", /tester holds vm-2 until/);
    assert.match(skipped?.[1]?.[1] ?? "", /since then `allocated` was recorded/);
  });

  test("leaves what was extended after it was ordered", async () => {
    const world = await leaked(1);
    await hearsWell(world.engine, await approval(world));
    world.cloud.looking.push(async () => {
      world.clock.minutes += 0.01;
      await hearsWell(world.engine, extended(600));
      return { answer: "present" };
    });
    await world.passUntil(63, 0.5);
    assert.deepEqual(world.cloud.deleted, []);
    assert.ok((await became(world)).includes("skipped"));
  });

  test("leaves what was held after it was ordered, also once the hold has ended, and goes on without it", async () => {
    const world = await leaked(2);
    await hearsWell(world.engine, await approval(world));
    world.cloud.looking.push(async () => {
      world.clock.minutes += 0.01;
      await hearsWell(world.engine, held(62));
      return { answer: "present" };
    });
    await world.passUntil(61.5, 0.5);
    await hearsWell(world.engine, unheld());
    await world.passUntil(66, 0.5);
    assert.deepEqual(world.cloud.deleted, ["i-2"]);
    const [first] = await plans(world);
    assert.equal(stateOfPlan(first as Plan, world.clock.now()), "done");
  });

  test("gathers what comes to be due together, and asks about what comes later by another list", async () => {
    const world = await leaked(0);
    const lose = async (number: number) => {
      const id = `vm-${number}`;
      world.cloud.create(`i-${number}`, id);
      await hearsWell(
        world.engine,
        intended({ id, ttlSeconds: 60 }).at(0),
        allocated(`i-${number}`, { id }).at(1),
      );
      await world.pass();
    };
    for (const number of [1, 2]) await lose(number);
    assert.deepEqual(await plans(world), [], "it may not be all");
    await world.pass();
    await lose(3);
    await world.passUntil(69);
    const listed = async () =>
      (await plans(world)).map((plan) => planned(plan).items.map(({ resource }) => resource));
    assert.deepEqual(await listed(), [["vm-1", "vm-2"]]);
    await world.passUntil(73);
    assert.deepEqual(await listed(), [["vm-1", "vm-2"], ["vm-3"]]);
  });

  test("does not gather for ever", async () => {
    const world = await leaked(0);
    for (let number = 1; number <= 8; number += 1) {
      const id = `vm-${number}`;
      const lost = [intended({ id, ttlSeconds: 60 }).at(0), allocated(`i-${number}`, { id }).at(1)];
      await hearsWell(world.engine, ...lost);
      await world.pass();
      world.clock.minutes += 0.25;
    }
    assert.equal(planned(await onlyPlan(world)).items.length, 5, "after a minute");
  });

  test("approved again, or aborted again, is as it was", async () => {
    const world = await leaked(1);
    const approved = await approval(world);
    const { id } = await onlyPlan(world);
    await hearsWell(world.engine, approved, approved.with({ reason: "once more" }));
    assert.deepEqual(await became(world), ["planned", "approved"]);
    await hearsWell(world.engine, planAborted({ id }), planAborted({ id, reason: "once more" }));
    assert.deepEqual(await became(world), ["planned", "approved", "aborted"]);
    assert.equal(refusalIn(await hear(world.engine, approved.with({ count: 2 }))), "plan-differs");
    assert.equal(refusalIn(await hear(world.engine, approved.with({ hash: "another" }))), "plan-differs");
  });

  test("is aborted in time where that comes while the first item is looked at for the last time", async () => {
    const world = await leaked(1);
    await hearsWell(world.engine, await approval(world));
    const { id } = await onlyPlan(world);
    world.cloud.looking.push(async () => {
      await hearsWell(world.engine, planAborted({ id }));
      return { answer: "present" };
    });
    await world.passUntil(64);
    assert.deepEqual(world.cloud.looking, [], "it was looked at");
    assert.deepEqual(world.cloud.deleted, []);
  });

  test("stops where it is aborted", async () => {
    const world = await leaked(9);
    await hearsWell(world.engine, await approval(world));
    await world.pass();
    await world.pass();
    const { id } = await onlyPlan(world);
    await hearsWell(world.engine, planAborted({ id }));
    const before = world.cloud.deleted.length;
    assert.ok(before < 9);
    await world.passUntil(80, 0.5);
    assert.equal(world.cloud.deleted.length, before);
    assert.equal((await plans(world)).length, 1, "what a person has refused is not asked again the same day");
  });

  test("stops where one of the first cannot be freed", async () => {
    const world = await leaked(9);
    world.cloud.freeing.push({ answer: "denied", reason: "403" });
    await hearsWell(world.engine, await approval(world));
    await world.passUntil(80, 0.5);
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
    const [plan, next] = await plans(world);
    assert.deepEqual(
      plan?.facts.slice(-2).map(({ kind }) => kind),
      ["item-failed", "aborted"],
    );
    assert.equal(planned(next as Plan).items.length, 8, "a person is asked again about the others");
  });

  test("leaves what is wanted after all, though nothing was said of it itself", async () => {
    const world = reclaimWorld({ policies: [policy({ mode: "ask" })] });
    world.cloud.create("i-1");
    await hearsWell(
      world.engine,
      begun({ timeoutSeconds: 60 }).at(0),
      intended({ allocation: "fleet" }).at(0),
      allocated("i-1").at(1),
    );
    await gathered(world);
    await hearsWell(world.engine, await approval(world), finished("done"));
    await world.passUntil(64, 0.5);
    assert.deepEqual(world.cloud.deleted, []);
  });

  test("ends a day after its approval, and asks anew for what could not be freed", async () => {
    const world = await leaked(2);
    world.cloud.looking.push(async () => {
      await hearsWell(world.engine, frozenByPerson());
      return { answer: "present" };
    });
    await hearsWell(world.engine, await approval(world));
    await world.passUntil(60 + 24 * 60 + 10, 10);
    assert.deepEqual((await became(world)).slice(1), ["approved", "ordered 1", "aborted"]);
    await hearsWell(world.engine, thawed());
    await gathered(world);
    const [, next] = await plans(world);
    assert.ok(next);
    assert.deepEqual(
      planned(next).items.map(({ resource }) => resource),
      ["vm-2", "vm-1"].toSorted(),
    );
  });

  test("comes to its end, whatever a second server says late", async () => {
    const world = await leaked(2);
    await hearsWell(world.engine, await approval(world));
    await world.passUntil(70, 0.5);
    const { id } = await onlyPlan(world);
    const late = planNoted({ kind: "ordered", resources: ["vm-1", "vm-2"] }).with({ id });
    await hearsWell(world.engine, late);
    assert.equal(stateOfPlan(await onlyPlan(world), world.clock.now()), "done");
  });

  test("does not say of what cannot be read that it was freed", async () => {
    const world = await leaked(1);
    world.cloud.looking.push({ answer: "cannot-tell", reason: "500" });
    await hearsWell(world.engine, await approval(world));
    await world.pass();
    const [stored] = await world.store.load([{ kind: "resource", id: "vm-1" }]);
    assert.ok(stored);
    await spoil(world.store, "resource", "vm-1", {}, stored.version);
    await world.pass();
    assert.deepEqual((await became(world)).slice(1), ["approved", "ordered 1"]);
  });

  test("asks anew once nobody has answered for a day", async () => {
    const world = await leaked(1);
    world.clock.minutes += 24 * 60 + 1;
    await gathered(world);
    assert.equal((await plans(world)).length, 2);
    const [first] = await plans(world);
    const { hash } = planned(first as Plan);
    const late = planApproved({ id: (first as Plan).id, hash, count: 1 });
    assert.equal(refusalIn(await hear(world.engine, late)), "not-in-this-state");
  });
});
