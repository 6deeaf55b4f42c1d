import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { claim } from "../../domain/commands/claim.ts";
import { settle } from "../../domain/commands/settle.ts";
import {
  allocated,
  extended,
  frozenByPerson,
  held,
  intended,
  reclaimOrdered,
  type Saying,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
  thawed,
  unheld,
} from "../../domain/testing/given.ts";
import type { Target } from "../../ports/provider.ts";
import { hear, hearsWell, type Kept, keptIn, kindsIn, standingAt } from "../testing/engines.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";
import { Reclaimer } from "./reclaimer.ts";

/** Its life is over a minute after it was there, at minute 2. */
const overdue = (id = "vm-1", externalId = "i-1", more = {}): Saying[] => [
  intended({ id, ttlSeconds: 60, ...more }).at(0),
  allocated(externalId, { id }).at(1),
];

/** With one machine that is overdue. */
async function leaked(options: Parameters<typeof reclaimWorld>[0] = {}, more = {}): Promise<ReclaimWorld> {
  const world = reclaimWorld(options);
  world.cloud.create("i-1");
  await hearsWell(world.engine, ...overdue("vm-1", "i-1", more));
  return world;
}

async function standing({ store, clock }: ReclaimWorld, name = "resource vm-1") {
  const kept = (await keptIn(store)).get(name) as Kept;
  const { state, findings } = standingAt(kept, clock.minutes);
  return { state, findings: Object.keys(findings) };
}

const told = ({ events }: ReclaimWorld) => events.map(({ kind }) => kind);

describe("what is overdue", () => {
  test("is freed by policy: claimed, looked at, deleted, and seen gone twice before it counts", async () => {
    const world = await leaked();
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
    assert.deepEqual(await kindsIn(world.store), [
      "intent",
      "allocated",
      "claimed",
      "seen-gone",
      "seen-gone",
      "proven-gone",
    ]);
    assert.deepEqual(await standing(world), { state: "freed", findings: [] });
    assert.ok(world.clock.minutes >= 60.5, "the looks were half a minute apart");
    assert.deepEqual(told(world), ["freed"]);
    await world.passUntil(70);
    assert.equal(world.cloud.deleted.length, 1);
    assert.deepEqual(world.errors, []);
  });

  for (const [what, options] of [
    ["no policy", { policies: [] }],
    ["a policy that observes", { policies: [policy({ mode: "observe" })] }],
    ["a policy for others", { policies: [policy({ match: { application: ["other"] } })] }],
    ["a grace that lasts", { policies: [policy({ graceSeconds: 7_200 })] }],
    ["no provider for its type", { served: { types: ["volume"] } }],
    ["a provider that cannot look", { served: { looks: false } }],
    ["identities that are used again", { served: { identity: "reused" } }],
    ["a server that only just started", { policies: [policy({ startFreezeSeconds: 3_600 })] }],
  ] as const) {
    test(`is left alone by ${what}`, async () => {
      const world = await leaked(options);
      await world.passUntil(64);
      assert.deepEqual(world.cloud.deleted, []);
      assert.deepEqual(await standing(world), { state: "allocated", findings: ["over-ttl"] });
    });
  }

  test("and held is left alone, then too when the hold has ended, until that is lifted", async () => {
    const world = await leaked();
    await hearsWell(world.engine, held(63));
    await world.passUntil(66);
    assert.deepEqual(world.cloud.deleted, []);
    await hearsWell(world.engine, unheld());
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });

  test("and extended in time is left alone", async () => {
    const world = await leaked();
    await hearsWell(world.engine, extended(63));
    await world.passUntil(62);
    assert.deepEqual(world.cloud.deleted, []);
    await world.passUntil(64);
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });

  test("but whose engine lives is left alone", async () => {
    const world = reclaimWorld();
    world.cloud.create("i-1");
    await hearsWell(world.engine, sessionOpened(), ...overdue("vm-1", "i-1", { session: "engine-1" }));
    await world.passUntil(63);
    assert.deepEqual(world.cloud.deleted, []);
    await hearsWell(world.engine, sessionLapsed());
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });

  test("and claimed hides from no sweep what the lapse of its session means for others", async () => {
    const { engine, clock, store } = reclaimWorld();
    const session = "engine-1";
    const alike = intended({ id: "vm-2", session, ttlSeconds: 86_400 }).at(0);
    await hearsWell(engine, sessionOpened(), ...overdue("vm-1", "i-1", { session }), alike);
    await hearsWell(engine, allocated("i-2", { id: "vm-2" }).at(1), sessionLapsed());
    clock.minutes += 0.01;
    const claimed = await engine.submit(claim, { id: "vm-1", session, attempt: "mine" }, "drett");
    assert.equal("reply" in claimed && claimed.reply.claim, 1);
    await engine.sweep();
    assert.deepEqual(await kindsIn(store, "resource vm-2"), ["intent", "allocated", "session-lapsed"]);
  });

  test("waits for its children to be gone", async () => {
    const world = await leaked();
    world.cloud.create("i-2", "vm-2");
    await hearsWell(world.engine, ...overdue("vm-2", "i-2", { parent: "vm-1", ttlSeconds: 7_200 }));
    await world.passUntil(63);
    assert.deepEqual(world.cloud.deleted, []);
    await world.passUntil(125);
    assert.deepEqual(world.cloud.deleted, ["i-2", "i-1"]);
  });

  test("and gone already is not deleted, but proven gone", async () => {
    const world = await leaked();
    world.cloud.things.clear();
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    assert.equal((await standing(world)).state, "freed");
  });
});

describe("nothing is deleted", () => {
  test("where nobody can tell whether it is there", async () => {
    const world = await leaked();
    world.cloud.looking.push({ answer: "cannot-tell", reason: "502 Bad Gateway" });
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    assert.deepEqual(world.events, [{ kind: "failed", id: "vm-1", claim: 1, reason: "502 Bad Gateway" }]);
  });

  for (const [what, said] of [
    ["a hold", held(90)],
    ["an extension", extended(90)],
    ["a freeze", frozenByPerson()],
  ] as const) {
    test(`where ${what} comes while it is looked at for the last time`, async () => {
      const world = await leaked();
      world.cloud.looking.push(async () => {
        await hearsWell(world.engine, said);
        return { answer: "present" };
      });
      await world.pass();
      assert.deepEqual(world.cloud.deleted, []);
      assert.deepEqual(told(world), ["withdrawn"]);
      assert.equal((await kindsIn(world.store)).at(-1), "claim-withdrawn");
    });
  }

  test("where its engine is heard again while it is looked at, and the engine loses nothing", async () => {
    const world = reclaimWorld();
    world.cloud.create("i-1");
    await hearsWell(
      world.engine,
      sessionOpened(),
      ...overdue("vm-1", "i-1", { session: "engine-1" }),
      sessionLapsed(),
    );
    world.cloud.looking.push(async () => {
      const answer = await hear(world.engine, sessionRecovered());
      assert.ok("reply" in answer);
      const { lost } = answer.reply as { lost: { code: string; resource: string }[] };
      assert.deepEqual(
        lost.map(({ code, resource }) => [code, resource]),
        [["reclaim-in-progress", "vm-1"]],
        "it is told the truth: somebody is at it",
      );
      return { answer: "present" };
    });
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    assert.deepEqual(told(world), ["withdrawn"]);
  });

  test("by a worker that has lost its claim, and what it says comes too late", async () => {
    const world = await leaked();
    world.cloud.looking.push(async () => {
      world.clock.minutes += 6;
      const other = await world.engine.submit(claim, { id: "vm-1", attempt: "other" }, "drett");
      assert.ok("reply" in other);
      assert.equal(other.reply.claim, 2);
      return { answer: "present" };
    });
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    const late = await world.engine.submit(settle, { id: "vm-1", claim: 1, outcome: "denied" }, "drett");
    assert.deepEqual(late, { reply: { settled: false }, created: false });
  });

  test("twice, where two servers see the same", async () => {
    const world = await leaked();
    const other = reclaimWorld({ store: world.store, cloud: world.cloud, clock: world.clock });
    await world.engine.sweep();
    await Promise.all([world.reclaimer.pass(), other.reclaimer.pass()]);
    await Promise.all([world.reclaimer.idle(), other.reclaimer.idle()]);
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
    const kinds = await kindsIn(world.store);
    assert.equal(kinds.filter((kind) => kind === "proven-gone").length, 1);
  });
});

describe("what cannot be freed", () => {
  test("because it is denied, is stuck at once, and tried again once a day", async () => {
    const world = await leaked();
    world.cloud.freeing.push({ answer: "denied", reason: "403 Forbidden" });
    await world.pass();
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["stuck", "over-ttl"] });
    await world.passUntil(60 + 11 * 60, 60);
    assert.equal(world.cloud.deleted.length, 1);
    await world.passUntil(60 + 37 * 60, 60);
    assert.equal(world.cloud.deleted.length, 2);
    assert.equal((await standing(world)).state, "freed");
  });

  test("is tried again after longer and longer pauses, and is stuck after the last", async () => {
    const world = await leaked();
    const attempts: number[] = [];
    const fail = () => {
      attempts.push(world.clock.minutes);
      return { answer: "later", reason: "429 Too Many Requests" } as const;
    };
    world.cloud.freeing.push(fail, fail, fail);
    await world.passUntil(62, 0.05);
    assert.equal(attempts.length, 3);
    const [first = 0, second = 0, third = 0] = attempts;
    assert.ok(second - first >= 10 / 60 && second - first <= 31 / 60, `${second - first}`);
    assert.ok(third - second >= 20 / 60 && third - second <= 61 / 60, `${third - second}`);
    assert.deepEqual((await standing(world)).findings, ["stuck", "over-ttl"]);
  });

  test("waits as long as the provider asks for", async () => {
    const world = await leaked();
    world.cloud.freeing.push({ answer: "later", reason: "throttled", afterSeconds: 600 });
    await world.passUntil(69, 0.5);
    assert.equal(world.cloud.deleted.length, 1);
    await world.passUntil(71, 0.5);
    assert.equal(world.cloud.deleted.length, 2);
  });

  test("because it never ends to be deleted, has failed when the time is over", async () => {
    const world = await leaked();
    world.cloud.freeing.push({ answer: "accepted" });
    await world.pass();
    assert.deepEqual(told(world), ["failed"]);
    assert.ok(world.clock.minutes >= 65);
    assert.deepEqual((await standing(world)).state, "allocated");
  });

  test("as far as the answer tells, may be gone all the same: the looks decide", async () => {
    const world = await leaked();
    world.cloud.freeing.push(({ externalId }) => {
      world.cloud.things.delete(externalId);
      throw new Error("socket hang up");
    });
    await world.pass();
    assert.deepEqual(told(world), ["freed"]);
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });

  test("and is not seen, but the rights to see it are gone, is not taken for gone", async () => {
    const world = await leaked();
    world.cloud.things.clear();
    world.cloud.seeing = { answer: "no", reason: "the project is not visible any more" };
    await world.pass();
    assert.deepEqual(await standing(world), { state: "allocated", findings: ["over-ttl"] });
    assert.equal(world.events[0]?.reason, "the project is not visible any more");
  });

  test("and is ordered again once the cause is gone, begins anew", async () => {
    const world = await leaked();
    world.cloud.freeing.push({ answer: "denied", reason: "403 Forbidden" });
    await world.pass();
    await hearsWell(world.engine, reclaimOrdered());
    assert.deepEqual((await standing(world)).findings, ["over-ttl"]);
    await world.pass();
    assert.deepEqual(await standing(world), { state: "freed", findings: [] });
  });

  test("because drett was killed in the midst of it, is taken up again once the claim has run out", async () => {
    const world = await leaked();
    world.cloud.freeing.push(() => new Promise(() => {}));
    await world.engine.sweep();
    await world.reclaimer.pass();
    while (world.cloud.deleted.length === 0) await new Promise(setImmediate);
    const next = reclaimWorld({ store: world.store, cloud: world.cloud, clock: world.clock });
    await next.pass();
    assert.equal(world.cloud.deleted.length, 1, "the claim of the one that died still stands");
    await next.passUntil(68, 0.5);
    assert.deepEqual(world.cloud.deleted, ["i-1", "i-1"]);
    assert.equal((await standing(next)).state, "freed");
  });
});

describe("an order", () => {
  test("frees what no policy would, but no hold and no freeze", async () => {
    const world = reclaimWorld({ policies: [] });
    world.cloud.create("i-1");
    await hearsWell(world.engine, intended().at(0), allocated("i-1").at(1), frozenByPerson());
    await hearsWell(world.engine, reclaimOrdered());
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    await hearsWell(world.engine, thawed());
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
    assert.equal((await standing(world)).state, "freed");
  });

  test("is over once somebody extends what it is for", async () => {
    const world = reclaimWorld({ policies: [] });
    world.cloud.create("i-1");
    await hearsWell(world.engine, intended().at(0), allocated("i-1").at(1), reclaimOrdered());
    world.clock.minutes += 1;
    await hearsWell(world.engine, extended(600));
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
  });
});

describe("a budget", () => {
  const several = async (world: ReclaimWorld, ...numbers: number[]) => {
    for (const number of numbers) {
      world.cloud.create(`i-${number}`, `vm-${number}`);
      await hearsWell(world.engine, ...overdue(`vm-${number}`, `i-${number}`));
    }
  };
  const ci = (count: number, percent = 100) => policy({ budget: { count, percent, windowSeconds: 600 } });

  test("frees as many as it allows in a window", async () => {
    const world = reclaimWorld({ policies: [ci(2)] });
    await several(world, 1, 2);
    await world.pass();
    assert.equal(world.cloud.deleted.length, 2);
    await several(world, 3);
    await world.pass();
    assert.equal(world.cloud.deleted.length, 2, "the window has had its two");
    await world.passUntil(72);
    assert.equal(world.cloud.deleted.length, 3);
  });

  test("that does not reach for all stops the policy, is found, and goes on once it reaches", async () => {
    const world = reclaimWorld({ policies: [ci(2)] });
    await several(world, 1, 2, 3);
    await world.pass();
    await world.pass();
    assert.deepEqual(world.cloud.deleted, []);
    assert.deepEqual(told(world), ["frozen"]);
    const [name = ""] = [...(await keptIn(world.store)).keys()].filter((it) => it.startsWith("freeze"));
    assert.deepEqual(await standing(world, name), { state: "frozen", findings: ["budget-spent"] });
    await hearsWell(world.engine, extended(600, { id: "vm-3" }));
    await world.pass();
    assert.equal(world.cloud.deleted.length, 2);
    assert.deepEqual(await standing(world, name), { state: "over", findings: [] });
  });

  test("of a share counts what is live, rounded up", async () => {
    const world = reclaimWorld({ policies: [ci(100, 20)] });
    await several(world, 1, 2);
    for (const number of [3, 4, 5]) {
      await hearsWell(
        world.engine,
        intended({ id: `vm-${number}` }),
        allocated(`i-${number}`, { id: `vm-${number}` }),
      );
    }
    await world.pass();
    assert.deepEqual(world.cloud.deleted, [], "one in five may go, and two would");
    await hearsWell(world.engine, intended({ id: "vm-6" }), allocated("i-6", { id: "vm-6" }));
    await world.pass();
    assert.equal(world.cloud.deleted.length, 2, "of six, two may");
  });

  for (const [what, budget] of [
    ["count", ci(0)],
    ["share", ci(100, 0)],
  ] as const) {
    test(`with a ${what} of zero frees nothing`, async () => {
      const world = reclaimWorld({ policies: [budget] });
      await several(world, 1);
      await world.passUntil(64);
      assert.deepEqual(world.cloud.deleted, []);
    });
  }

  test("is not used up by an order", async () => {
    const world = reclaimWorld({ policies: [ci(1)] });
    await several(world, 1);
    await hearsWell(world.engine, reclaimOrdered());
    await world.pass();
    await several(world, 2);
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1", "i-2"]);
  });

  test("binds no order", async () => {
    const world = reclaimWorld({ policies: [ci(0)] });
    await several(world, 1);
    await world.pass();
    await hearsWell(world.engine, reclaimOrdered());
    await world.pass();
    assert.deepEqual(world.cloud.deleted, ["i-1"]);
  });
});

describe("a freeze", () => {
  test("takes no share of a budget", async () => {
    const world = await leaked();
    await hearsWell(world.engine, frozenByPerson());
    await world.pass();
    assert.deepEqual(await world.store.load([{ kind: "budget", id: "ci" }]), []);
    assert.deepEqual(told(world), []);
  });

  test("comes by itself where the wall clock is set, either way", async () => {
    for (const jump of [60, -30]) {
      let monotonic = 0;
      const world = await leaked({ policies: [policy({ graceSeconds: 3_600 })] });
      const reclaimer = new Reclaimer({
        engine: world.engine,
        servings: [],
        monotonic: () => monotonic,
        onEvent: (event) => world.events.push(event),
      });
      await reclaimer.pass();
      monotonic += 1_000;
      world.clock.minutes += jump;
      await reclaimer.pass();
      assert.deepEqual(told(world).slice(0, 1), ["frozen"], `${jump}`);
      await world.pass();
      assert.deepEqual(world.cloud.deleted, []);
    }
  });

  test("comes by itself where another server's clock is ahead, beside one that a person may lift", async () => {
    const world = await leaked({ policies: [policy({ graceSeconds: 60 * 90 })] });
    await hearsWell(world.engine, frozenByPerson());
    const ahead = reclaimWorld({ store: world.store, cloud: world.cloud });
    ahead.clock.minutes += 40;
    await hearsWell(ahead.engine, held(110));
    await world.pass();
    await world.pass();
    assert.deepEqual(told(world), ["frozen"], "once, as long as that freeze holds");
    assert.match(world.events[0]?.reason ?? "", /2400000 milliseconds ahead/);
  });
});

test("a place in which every call hangs does not keep others waiting", async () => {
  const world = reclaimWorld();
  const stop = new AbortController();
  world.cloud.looking.push(
    ...Array.from({ length: 40 }, () => async ({ scope }: { scope?: string }) => {
      if (scope === "deaf") await new Promise((resolve) => stop.signal.addEventListener("abort", resolve));
      return { answer: "present" } as const;
    }),
  );
  for (let number = 1; number <= 40; number += 1) {
    const id = `vm-${number}`;
    world.cloud.create(`i-${number}`, id);
    await hearsWell(world.engine, ...overdue(id, `i-${number}`, { scope: number <= 35 ? "deaf" : "fine" }));
  }
  await world.engine.sweep();
  await world.reclaimer.pass();
  for (let turn = 0; turn < 2_000 && world.events.length < 5; turn += 1) await new Promise(setImmediate);
  assert.deepEqual(world.events.map(({ id }) => id).sort(), ["vm-36", "vm-37", "vm-38", "vm-39", "vm-40"]);
  stop.abort();
  await world.reclaimer.stop();
});

test("any number of places in which every call hangs keep none waiting that answers, nor each other's turn", async () => {
  const patience = new Set<() => void>();
  const world = reclaimWorld({
    policies: [policy({ budget: { count: 10_000, percent: 100, windowSeconds: 600 } })],
    later: (_, act) => {
      patience.add(act);
      return () => patience.delete(act);
    },
  });
  let hanging = 0;
  let most = 0;
  const look = world.cloud.look.bind(world.cloud);
  const hangs = async (target: Target, signal: AbortSignal) => {
    if (target.scope === "fine") return look(target);
    hanging += 1;
    most = Math.max(most, hanging);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    hanging -= 1;
    return { answer: "cannot-tell", reason: "it hung" } as const;
  };
  Object.assign(world.cloud, { look: hangs });
  for (let number = 1; number <= 610; number += 1) {
    const id = `vm-${number}`;
    world.cloud.create(`i-${number}`, id);
    const scope = number <= 400 ? `large-${number % 2}` : number <= 600 ? `small-${number}` : "fine";
    await hearsWell(world.engine, ...overdue(id, `i-${number}`, { scope }));
  }
  await world.engine.sweep();
  const freed = () => world.events.filter(({ kind }) => kind === "freed").length;
  for (let round = 0; round < 12 && freed() < 10; round += 1) {
    await world.reclaimer.pass();
    for (let turn = 0; turn < 500 && freed() < 10; turn += 1) await new Promise(setImmediate);
    const due = [...patience];
    patience.clear();
    for (const act of due) act();
  }
  assert.deepEqual(
    world.events
      .filter(({ kind }) => kind === "freed")
      .map(({ id }) => id)
      .sort(),
    Array.from({ length: 10 }, (_, place) => `vm-${601 + place}`).sort(),
  );
  assert.ok(most <= 72, `${most} calls at a time`);
  await world.reclaimer.stop();
});
