import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ArgumentInvalid, ReportLost, Unreachable } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});

/** The later ones are there sooner. */
const acquire = async ({ index }: { index: number }) => {
  await world.runtime.sleep(100 - index, new AbortController().signal);
  if (index % 3 === 1) throw Object.assign(new Error("quota"), { status: 429 });
  if (index % 3 === 2) throw new Error("lost");
  return { externalId: `i-${index}`, value: index };
};

test("of many, partial success is kept, with reasons, in order", async () => {
  const fleet = await world.run(drett.trackMany(7, { type: "vm", acquire }));
  assert.deepEqual(
    fleet.allocated.map(({ externalId, value }) => [externalId, value]),
    [
      ["i-0", 0],
      ["i-3", 3],
      ["i-6", 6],
    ],
  );
  assert.deepEqual(
    fleet.failed.map(({ index, reason }) => [index, reason]),
    [
      [1, "Error: quota [status 429]"],
      [4, "Error: quota [status 429]"],
    ],
  );
  assert.deepEqual(
    fleet.unknown.map(({ index, reason }) => [index, reason]),
    [
      [2, "Error: lost [unknown: nothing to judge by]"],
      [5, "Error: lost [unknown: nothing to judge by]"],
    ],
  );
  const [missing] = fleet.unknown;
  assert.deepEqual(world.server.kinds(String(missing?.id)), ["register-intent", "unknown"]);
  assert.equal((missing?.error as Error | undefined)?.message, "lost");
  assert.deepEqual(fleet.lost, []);
});

test("intents of one tick travel together, and no more are under way than concurrency says", async () => {
  let now = 0;
  let most = 0;
  const slow = async ({ index }: { index: number }) => {
    most = Math.max(most, ++now);
    await world.runtime.sleep(100, new AbortController().signal);
    now--;
    return `i-${index}`;
  };
  const fleet = await world.run(drett.trackMany(10, { type: "vm", concurrency: 4, acquire: slow }));
  assert.deepEqual([fleet.allocated.length, most], [10, 4]);
  assert.deepEqual([world.paths[0], world.seen[0]?.body.commands?.length], ["/v1/batch", 4]);
});

test("a fleet is released from the last to the first; a failure keeps no other from being released", async () => {
  const freed: string[] = [];
  let isStuck = true;
  const release = ({ externalId }: { externalId: string }) => {
    if (isStuck && externalId === "i-1") throw new Error("in use");
    freed.push(externalId);
  };
  const options = {
    type: "vm",
    concurrency: 1,
    acquire: ({ index }: { index: number }) => `i-${index}`,
    release,
  };
  const fleet = await world.run(drett.trackMany(3, options));
  const error = await rejection(world.run(fleet.release()));
  assert.ok(error instanceof AggregateError);
  assert.deepEqual([error.message, error.errors.length], ["1 of 3 not released: Error: in use", 1]);
  assert.deepEqual(freed, ["i-2", "i-0"]);
  isStuck = false;
  await world.run(fleet.release());
  assert.deepEqual(freed, ["i-2", "i-0", "i-1"]);
});

test("the end of a scope releases a fleet that has a release function, and leaves others be", async () => {
  let freed = 0;
  const scope = async () => {
    await using kept = await drett.trackMany(2, { type: "vm", acquire: () => "i-1" });
    await using released = await drett.trackMany(2, {
      type: "vm",
      acquire: () => "i-1",
      release: () => freed++,
    });
    return [kept, released];
  };
  const [kept] = await world.run(scope());
  assert.equal(freed, 2);
  assert.deepEqual(world.server.kinds(String(kept?.allocated[0]?.id)), ["register-intent", "allocated"]);
});

test("what was created and could not be noted is among the allocated, and is released like the others", async () => {
  let freed = 0;
  const fleet = await world.run(
    drett.trackMany(1, {
      type: "vm",
      deadline: "1s",
      acquire: () => {
        world.always = mishap.unheard;
        return "i-0";
      },
      release: () => freed++,
    }),
  );
  const [lost] = fleet.lost;
  assert.ok(lost instanceof ReportLost);
  assert.deepEqual([fleet.allocated.length, fleet.lost.length, lost.externalId], [1, 1, "i-0"]);
  world.always = undefined;
  await world.run(fleet.release());
  assert.equal(freed, 1);
  assert.deepEqual(world.server.kinds(lost.id), ["register-intent", "allocated", "releasing", "freed"]);
});

test("once drett does not take an intent, no more are tried", async () => {
  let created = 0;
  const count = () => `i-${created++}`;
  world.mishaps = [undefined, undefined];
  world.always = mishap.unheard;
  const fleet = await world.run(drett.trackMany(5, { type: "vm", concurrency: 1, acquire: count }));
  assert.deepEqual([created, fleet.allocated.length, fleet.failed.length], [1, 1, 4]);
  assert.equal(world.time, 60_000, "only one waited for its deadline");
  for (const { id, reason, error } of fleet.failed) {
    assert.equal(id, undefined);
    assert.match(reason, /^not tried: Unreachable: /);
    assert.ok(error instanceof Unreachable);
  }
});

test("after an abort no more are tried, and what is there is kept", async () => {
  const controller = new AbortController();
  const stopping = ({ index }: { index: number }) => {
    if (index === 1) controller.abort();
    return `i-${index}`;
  };
  const options = { type: "vm", concurrency: 1, signal: controller.signal, acquire: stopping };
  const fleet = await world.run(drett.trackMany(4, options));
  assert.deepEqual(
    fleet.allocated.map(({ externalId }) => externalId),
    ["i-0", "i-1"],
  );
  assert.deepEqual(
    fleet.failed.map(({ index, reason }) => [index, reason]),
    [2, 3].map((index) => [index, "not tried: AbortError: This operation was aborted"]),
  );
});

test("a wrong argument is an error before anything is sent", async () => {
  const good = { type: "vm", acquire: () => "i" };
  const calls = [
    () => drett.trackMany(-1, good),
    () => drett.trackMany(1.5, good),
    () => drett.trackMany(1, { ...good, concurrency: 0 }),
    () => drett.trackMany(1, { ...good, timeout: "soon" }),
    () => drett.trackMany(1, { ...good, deadline: "soon" }),
  ];
  for (const call of calls) assert.ok((await rejection(world.run(call()))) instanceof ArgumentInvalid);
  assert.deepEqual(world.seen, []);
  const none = await world.run(drett.trackMany(0, good));
  assert.deepEqual(none.allocated, []);
});
