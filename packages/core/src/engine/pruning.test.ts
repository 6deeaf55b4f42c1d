import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prune } from "../domain/commands/prune.ts";
import { DEFAULTS } from "../domain/defaults.ts";
import {
  allocated,
  beaten,
  begun,
  failed,
  finished,
  freed,
  frozenByPerson,
  intended,
  planAborted,
  planProposed,
  sessionClosed,
  sessionLapsed,
  sessionOpened,
  thawed,
} from "../domain/testing/given.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { getResource } from "../reads/get-resource.ts";
import { readEvents } from "../reads/read-events.ts";
import { type PruneStep, Pruning } from "./pruning.ts";
import { surveyPruning } from "./survey.ts";
import {
  engineOn,
  hear,
  hearsWell,
  kindsIn,
  refusalIn,
  spoil,
  sweepAll,
  type Trial,
} from "./testing/engines.ts";
import { down, FaultyStore } from "./testing/faulty-store.ts";

const DAY = 24 * 60;

function trial() {
  const memory = new MemoryStore();
  const store = new FaultyStore(memory);
  return { memory, store, ...engineOn(store) };
}

async function totals(steps: AsyncIterable<PruneStep>) {
  const total = { pruned: [] as string[], cleared: 0, trimmed: 0, refused: undefined as string | undefined };
  for await (const step of steps) {
    total.pruned.push(...step.pruned.map(({ kind, id }) => `${kind} ${id}`));
    total.cleared += step.cleared;
    total.trimmed += step.trimmed;
    total.refused ??= step.refused;
  }
  return total;
}

/** In these tests years pass in a moment. */
const clockIsRight = true;
const round = ({ engine }: Pick<Trial, "engine">) => totals(new Pruning(engine).round({ clockIsRight }));
const NOTHING = { pruned: [], cleared: 0, trimmed: 0, refused: undefined };

describe("a round of pruning", () => {
  test("takes out what was closed long enough ago, and nothing else", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), allocated("i-1"), freed());
    await hearsWell(it.engine, intended({ id: "live" }), allocated("i-2", { id: "live" }));
    it.clock.minutes = 60 + 89 * DAY;
    await hearsWell(it.engine, intended({ id: "young" }), failed({ id: "young" }));
    assert.deepEqual(await round(it), NOTHING);
    it.clock.minutes = 60 + 90 * DAY;
    assert.deepEqual(await round(it), { ...NOTHING, pruned: ["resource vm-1"], trimmed: 5 });
    assert.deepEqual(await round(it), NOTHING);
  });

  test("leaves of a record that its id was used", async () => {
    const it = trial();
    await hearsWell(it.engine, intended().at(0), allocated("i-1").at(1), freed().at(2));
    it.clock.minutes = 60 + 90 * DAY;
    await round(it);
    assert.equal(refusalIn(await hear(it.engine, intended().at(0))), "id-used");
    assert.equal(refusalIn(await hear(it.engine, freed().at(2))), "pruned");
    const asked = await it.engine.read(getResource, { id: "vm-1" }, "tester");
    assert.equal("refused" in asked && asked.refused, "pruned");
    it.clock.minutes = 60 + 490 * DAY;
    assert.deepEqual(await round(it), { ...NOTHING, cleared: 1 });
    assert.equal(refusalIn(await hear(it.engine, freed())), "unknown-resource");
  });

  test("tells those who may not see a record as little of what is left of it", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), failed());
    it.clock.minutes = 60 + 90 * DAY;
    await round(it);
    for (const [application, code] of [
      ["probe", "pruned"],
      ["other", "unknown-resource"],
    ] as const) {
      const caller = { name: "key", roles: ["read"], applications: [application] } as const;
      const asked = await it.engine.read(getResource, { id: "vm-1" }, caller);
      assert.equal("refused" in asked && asked.refused, code);
    }
  });

  test("prunes an allocation once none of its members is left", async () => {
    const it = trial();
    const member = { allocation: "fleet" };
    await hearsWell(it.engine, begun(), intended({ ...member }), intended({ id: "vm-2", ...member }));
    await hearsWell(it.engine, failed(), allocated("i-2", { id: "vm-2" }), finished("done"));
    await it.engine.sweep();
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    assert.deepEqual((await round(it)).pruned, ["resource vm-1"]);
    await hearsWell(it.engine, freed("i-2", { id: "vm-2" }));
    it.clock.minutes += 91 * DAY;
    await it.engine.sweep();
    assert.deepEqual((await totals(surveyPruning(it.engine))).pruned, ["resource vm-2", "allocation fleet"]);
    assert.deepEqual((await round(it)).pruned, ["resource vm-2", "allocation fleet"]);
  });

  test("prunes a session that has closed or lapsed once none of its resources is left, and leaves its id used", async () => {
    const it = trial();
    await hearsWell(it.engine, sessionOpened(), sessionClosed());
    const other = { id: "engine-2" };
    await hearsWell(it.engine, sessionOpened(other), sessionLapsed(other));
    await hearsWell(it.engine, sessionOpened({ id: "running" }));
    await hearsWell(it.engine, intended({ session: "engine-1" }), allocated("i-1"));
    await hearsWell(it.engine, intended({ id: "vm-2", session: "engine-2" }), failed({ id: "vm-2" }));
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    assert.deepEqual((await totals(surveyPruning(it.engine))).pruned, ["resource vm-2", "session engine-2"]);
    assert.deepEqual((await round(it)).pruned, ["resource vm-2", "session engine-2"]);
    assert.equal(refusalIn(await hear(it.engine, beaten(other))), "pruned");
    assert.equal(refusalIn(await hear(it.engine, sessionOpened(other))), "id-used");
    await hearsWell(it.engine, freed());
    it.clock.minutes += 91 * DAY;
    assert.deepEqual((await round(it)).pruned, ["resource vm-1", "session engine-1"]);
    it.clock.minutes += 400 * DAY;
    assert.equal((await round(it)).cleared, 4);
  });

  test("prunes a freeze that is over and a plan that was aborted", async () => {
    const it = trial();
    const lasting = frozenByPerson({ id: "freeze-2" });
    await hearsWell(it.engine, frozenByPerson(), thawed(), lasting, planProposed(), planAborted());
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    assert.deepEqual((await round(it)).pruned, ["freeze freeze-1", "plan plan-1"]);
  });

  test("keeps a session into which a resource was registered a moment ago", async () => {
    const it = trial();
    await hearsWell(it.engine, sessionOpened(), sessionClosed());
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    await hearsWell(it.engine, intended({ session: "engine-1" }));
    const outcome = await it.engine.submit(prune, { kind: "session", id: "engine-1" }, "drett");
    assert.deepEqual(outcome, { reply: { outcome: "kept" }, created: false });
  });

  test("leaves nobody watched by a session that is no more", async () => {
    const it = trial();
    await hearsWell(it.engine, sessionOpened(), sessionClosed());
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    assert.deepEqual((await round(it)).pruned, ["session engine-1"]);
    await hearsWell(it.engine, intended({ session: "engine-1", ttlSeconds: null }), allocated("i-1"));
    it.clock.minutes += 2 * DAY;
    await sweepAll(it.engine);
    assert.deepEqual(await kindsIn(it.store), ["intent", "allocated", "session-closed"]);
    const outcome = await it.engine.read(getResource, { id: "vm-1" }, "tester");
    assert.ok("reply" in outcome);
    assert.deepEqual(
      outcome.reply.findings.map(({ kind }) => kind),
      ["unwatched"],
    );
  });

  test("goes page by page, and does not look again where nothing is left", async () => {
    const it = trial();
    for (let number = 0; number < 25; number++) {
      await hearsWell(it.engine, intended({ id: `vm-${number}` }), failed({ id: `vm-${number}` }));
    }
    it.clock.minutes = 60 + 90 * DAY;
    const pruning = new Pruning(it.engine, 10);
    const largest = [];
    for await (const { pruned } of pruning.round({ clockIsRight })) largest.push(pruned.length);
    assert.deepEqual(largest, [0, 10, 10, 5, 0, 0, 0, 0]);
    assert.equal(Math.max(...it.store.commits.slice(50).map(({ length }) => length)), 10);
  });

  test("is not stopped by what cannot be read, which stays", async () => {
    const it = trial();
    await spoil(it.memory, "resource", "spoilt");
    await hearsWell(it.engine, intended(), failed());
    it.clock.minutes = 60 + 90 * DAY;
    assert.deepEqual((await round(it)).pruned, ["resource vm-1"]);
    assert.equal((await it.memory.query({ kind: "resource", order: "oldest", limit: 10 })).records.length, 1);
  });

  test("ends where the store has trouble, and a later one goes on", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), failed());
    it.clock.minutes = 60 + 90 * DAY;
    const steps = new Pruning(it.engine).round({ clockIsRight });
    await steps.next();
    it.store.next(down);
    const { pruned, refused } = await totals(steps);
    assert.deepEqual([pruned, refused], [[], "store-unavailable"]);
    assert.deepEqual((await round(it)).pruned, ["resource vm-1"]);
  });

  test("decides on the record as it is by then", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), failed());
    it.clock.minutes = 60 + 90 * DAY;
    const steps = new Pruning(it.engine).round();
    await steps.next();
    await hearsWell(it.engine, allocated("i-1"));
    assert.deepEqual((await totals(steps)).pruned, []);
  });

  test("is counted beforehand by a survey that changes nothing", async () => {
    const it = trial();
    await hearsWell(it.engine, begun(), intended({ allocation: "fleet" }), failed(), finished("failed"));
    await it.engine.sweep();
    it.clock.minutes = 60 + 91 * DAY;
    await it.engine.sweep();
    const told = await totals(surveyPruning(it.engine));
    assert.deepEqual(told.pruned, ["resource vm-1", "allocation fleet"]);
    assert.deepEqual(await totals(surveyPruning(it.engine)), told);
    assert.deepEqual(await round(it), told);
    assert.deepEqual(await totals(surveyPruning(it.engine)), NOTHING);
  });
});

describe("a clock that may be ahead", () => {
  async function prunedYesterday() {
    const it = trial();
    await hearsWell(it.engine, intended(), failed());
    it.clock.minutes = 60 + 59 * DAY;
    const pruning = new Pruning(it.engine);
    assert.deepEqual(await totals(pruning.round()), NOTHING);
    return { ...it, pruning };
  }

  test("prunes nothing until a person says that it is right, and goes on from there", async () => {
    const { pruning, clock } = await prunedYesterday();
    const last = clock.now();
    clock.minutes += 31 * DAY;
    assert.deepEqual(await Array.fromAsync(pruning.round()), [
      { pruned: [], cleared: 0, trimmed: 0, doubtful: last },
    ]);
    assert.deepEqual((await totals(pruning.round({ clockIsRight }))).pruned, ["resource vm-1"]);
    assert.deepEqual(await Array.fromAsync(pruning.round()).then((steps) => steps.length > 1), true);
  });

  test("is believed where somebody has pruned lately, another server as well", async () => {
    const { engine, pruning, clock } = await prunedYesterday();
    clock.minutes += 16 * DAY;
    assert.deepEqual(await totals(new Pruning(engine).round()), NOTHING);
    clock.minutes += 15 * DAY;
    assert.deepEqual((await totals(pruning.round())).pruned, ["resource vm-1"]);
  });

  test("that jumps while a round is under way takes nothing more", async () => {
    const { pruning, clock } = await prunedYesterday();
    const steps = pruning.round();
    await steps.next();
    clock.minutes += 1_000 * DAY;
    assert.deepEqual(await totals(steps), NOTHING);
  });
});

describe("the horizon of the feed", () => {
  const cursorsOf = async ({ engine }: Trial) => {
    const outcome = await engine.read(readEvents, {}, "tester");
    assert.ok("reply" in outcome);
    return (outcome.reply as { items: { cursor: string }[] }).items.map(({ cursor }) => cursor);
  };

  test("moves with time, and a cursor from before it is refused", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), allocated("i-1"));
    const [first = "", second = ""] = await cursorsOf(it);
    it.clock.minutes += 10 * DAY;
    await hearsWell(it.engine, intended({ id: "vm-2" }));
    it.clock.minutes += 85 * DAY;
    assert.equal((await round(it)).trimmed, 2);
    const asked = await it.engine.read(readEvents, { after: first }, "tester");
    assert.equal("refused" in asked && asked.refused, "cursor-expired");
    const rest = await it.engine.read(readEvents, { after: second }, "tester");
    assert.ok("reply" in rest);
    assert.equal((rest.reply as { items: unknown[] }).items.length, 1);
    assert.equal((await cursorsOf(it)).length, 1);
  });

  test("is not held up by a fact from the future, as a clock that went wrong leaves it", async () => {
    const it = trial();
    it.clock.minutes = 60 + 1_000 * DAY;
    await hearsWell(it.engine, intended());
    it.clock.minutes = 60;
    await hearsWell(it.engine, intended({ id: "vm-2" }));
    it.clock.minutes += 90 * DAY;
    assert.equal((await round(it)).trimmed, 2);
  });

  test("tells which facts went with their record before they left the feed", async () => {
    const it = trial();
    await hearsWell(it.engine, intended(), failed());
    const retention = { ...DEFAULTS.retention, events: 0, failed: 0 };
    const eager = engineOn(it.store, { clock: it.clock, defaults: { ...DEFAULTS, retention } });
    await eager.engine.submit(prune, { kind: "resource", id: "vm-1" }, "drett");
    const outcome = await it.engine.read(readEvents, {}, "tester");
    assert.ok("reply" in outcome);
    const { items } = outcome.reply as { items: { resource: string; pruned?: true }[] };
    assert.deepEqual(
      items.map(({ resource, pruned }) => [resource, pruned]),
      [
        ["vm-1", true],
        ["vm-1", true],
      ],
    );
  });
});
