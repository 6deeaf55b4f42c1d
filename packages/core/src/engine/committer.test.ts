import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accept, command } from "../domain/command.ts";
import { COMMANDS } from "../domain/commands/registry.ts";
import { Shape } from "../domain/shapes.ts";
import {
  allocated,
  begun,
  finished,
  freed,
  freedByAttributes,
  frozenByPerson,
  held,
  intended,
  minute,
  planProposed,
  Saying,
  sessionLapsed,
  sessionOpened,
  unknown,
  VM,
} from "../domain/testing/given.ts";
import { resourceKey } from "../domain/view.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import type { Flushed } from "./committer.ts";
import {
  accepted,
  allSaid,
  created,
  engineOn,
  hear,
  hearsWell,
  hearTogether,
  keptIn,
  kindsIn,
  refusalIn,
  spoil,
} from "./testing/engines.ts";
import {
  after,
  answerLost,
  broken,
  contended,
  cutOffAfter,
  down,
  type Fault,
  FaultyStore,
  neverArrived,
} from "./testing/faulty-store.ts";

function trial({ flushes = 1, ...options }: Parameters<typeof engineOn>[1] & { flushes?: number } = {}) {
  const memory = new MemoryStore();
  const store = new FaultyStore(memory);
  store.flushes = flushes;
  return { memory, store, ...engineOn(store, options) };
}

const member = { id: "vm-1", type: "vm", owner: "lpds" };
const explode = new Saying(
  command({
    name: "explode",
    summary: "Goes wrong.",
    role: "report",
    input: Shape({}),
    reply: Shape({}),
    refusals: [],
    keys: () => [resourceKey("vm-1")],
    decide: (view) => {
      view.resource("vm-1");
      throw new Error("a mistake in the rules");
    },
  }),
  {},
);

describe("commands that wait", () => {
  test("travel in one write", async () => {
    const { engine, store } = trial();
    await hearTogether(engine, intended(), intended({ id: "vm-2" }), unknown());
    assert.equal(store.commits.length, 1);
    assert.deepEqual(
      store.commits[0]?.map(({ id, from, to }) => [id, from, to]),
      [
        ["vm-1", 0, 2],
        ["vm-2", 0, 1],
      ],
    );
  });

  test("travel in as many writes as they need, in their order", async () => {
    const { engine, store } = trial({ flushLimit: 2 });
    const answers = await hearTogether(
      engine,
      intended().at(0),
      unknown(),
      freed(),
      intended().at(0),
      freed(),
    );
    assert.deepEqual(answers, [created(), accepted(), accepted(), accepted(), accepted()]);
    assert.equal(store.commits.length, 2);
    assert.deepEqual(await kindsIn(store), ["intent", "unknown", "freed"]);
  });

  test("see what those before them have decided", async () => {
    const { engine } = trial();
    const answers = await hearTogether(
      engine,
      unknown(),
      freedByAttributes("i-1"),
      intended(),
      allocated("i-1"),
      freedByAttributes("i-1"),
      intended({ owner: "other" }),
    );
    assert.deepEqual(answers.map(refusalIn), [
      "unknown-resource",
      "no-match",
      undefined,
      undefined,
      undefined,
      "id-used",
    ]);
  });

  test("are refused beyond what may wait, and taken again afterwards", async () => {
    const { engine } = trial({ queueLimit: 2 });
    const answers = await hearTogether(
      engine,
      intended(),
      intended({ id: "vm-2" }),
      intended({ id: "vm-3" }),
    );
    assert.deepEqual(answers.map(refusalIn), [undefined, undefined, "queue-full"]);
    assert.deepEqual(await hear(engine, intended({ id: "vm-3" })), created("vm-3"));
  });

  test("are all answered before it is closed, and none is taken after", async () => {
    const { engine, store } = trial({ flushLimit: 1 });
    const taken = hearTogether(engine, intended(), intended({ id: "vm-2" }), unknown());
    let drained = 0;
    void taken.then((answers) => {
      drained = answers.length;
    });
    await engine.close();
    assert.equal(drained, 3);
    assert.equal(refusalIn(await hear(engine, freed())), "shutting-down");
    assert.deepEqual(await kindsIn(store), ["intent", "unknown"]);
  });

  test("close at once where none does", async () => {
    await trial().engine.close();
  });

  test("are checked before they wait", async () => {
    const { engine, store } = trial();
    assert.equal(refusalIn(await hear(engine, intended({ id: "VM" }))), "invalid-id");
    assert.equal(store.commits.length, 0);
  });
});

describe("several flushes at a time", () => {
  /** A store that asks for two, and whose commits wait until each is let go. */
  function held() {
    const it = trial({ flushes: 2 });
    const gates: PromiseWithResolvers<void>[] = [];
    it.store.before = (action) => {
      if (action === "load") return Promise.resolve();
      gates.push(Promise.withResolvers<void>());
      return gates.at(-1)?.promise ?? Promise.resolve();
    };
    const inFlight = async (count: number) => {
      while (gates.length < count) await new Promise(setImmediate);
      return it.store.commits.map((changes) => changes.map(({ id }) => id));
    };
    return { ...it, inFlight, release: (flush: number) => gates[flush]?.resolve() };
  }

  test("are under way on different records", async () => {
    const { engine, inFlight, release } = held();
    const first = hear(engine, intended());
    await inFlight(1);
    const second = hear(engine, intended({ id: "vm-2" }));
    assert.deepEqual(await inFlight(2), [["vm-1"], ["vm-2"]]);
    release(1);
    assert.deepEqual(await second, created("vm-2"));
    release(0);
    assert.deepEqual(await first, created("vm-1"));
  });

  test("are never on the same record, and those that wait for it keep their order", async () => {
    const { engine, store, inFlight, release } = held();
    const first = hear(engine, intended());
    await inFlight(1);
    const both = { resources: [member, { ...member, id: "vm-2" }] };
    const later = [
      hear(engine, begun(both)),
      hear(engine, unknown({ id: "vm-2" })),
      hear(engine, intended({ id: "vm-3" })),
    ];
    assert.deepEqual(await inFlight(2), [["vm-1"], ["vm-3"]]);
    release(1);
    assert.deepEqual(await later[2], created("vm-3"));
    assert.equal(store.commits.length, 2, "the others wait");
    release(0);
    assert.deepEqual(await first, created("vm-1"));
    await later[0];
    await later[1];
    assert.equal(refusalIn((await later[0]) as never), "id-used");
    assert.equal(refusalIn((await later[1]) as never), "unknown-resource");
  });

  test("let whoever looks by attributes overtake nobody, since he may mean any record", async () => {
    const { engine, inFlight, release } = held();
    const first = hear(engine, intended());
    await inFlight(1);
    const batch = [hear(engine, allocated("i-1")), hear(engine, freedByAttributes("i-1"))];
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    release(0);
    assert.deepEqual(await first, created("vm-1"));
    assert.deepEqual(await inFlight(2), [["vm-1"], ["vm-1"]]);
    release(1);
    assert.deepEqual((await Promise.all(batch)).map(refusalIn), [undefined, undefined]);
  });

  test("keep those behind who looks by attributes from overtaking him for ever", async () => {
    const { engine, inFlight, release } = held();
    const first = hear(engine, intended());
    await inFlight(1);
    const looking = hear(engine, freedByAttributes("i-1"));
    const behind = hear(engine, intended({ id: "vm-2" }));
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    assert.deepEqual(await inFlight(1), [["vm-1"]]);
    release(0);
    await inFlight(2);
    release(1);
    assert.deepEqual(await first, created("vm-1"));
    assert.equal(refusalIn(await looking), "no-match");
    assert.deepEqual(await behind, created("vm-2"));
  });

  test("fail each for itself", async () => {
    const { engine, store, inFlight, release } = held();
    store.next(down);
    const first = hear(engine, intended());
    await inFlight(1);
    const second = hear(engine, intended({ id: "vm-2" }));
    await inFlight(2);
    release(0);
    release(1);
    const answers = await Promise.all([first, second]);
    assert.deepEqual(answers.map(refusalIn).sort(), ["store-unavailable", undefined]);
  });

  test("are all waited for at the end", async () => {
    const { engine, inFlight, release } = held();
    const answers = [hear(engine, intended())];
    await inFlight(1);
    answers.push(hear(engine, intended({ id: "vm-2" })), hear(engine, unknown()));
    await inFlight(2);
    let closed = false;
    const closing = engine.close().then(() => (closed = true));
    release(1);
    await answers[1];
    assert.equal(closed, false);
    release(0);
    await inFlight(3);
    release(2);
    assert.deepEqual(await Promise.all(answers), [created("vm-1"), created("vm-2"), accepted()]);
    await closing;
  });
});

describe("an answer", () => {
  test("comes after the write, also to a replay that travels with it", async () => {
    const { engine, store } = trial();
    const answered: string[] = [];
    const writing = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    store.next(
      after(() => {
        writing.resolve();
        return written.promise;
      }),
    );
    const answers = [intended(), intended(), unknown(), unknown()].map((saying) =>
      hear(engine, saying).then(() => answered.push(saying.command.name)),
    );
    await writing.promise;
    assert.deepEqual(answered, []);
    written.resolve();
    await Promise.all(answers);
    assert.equal(answered.length, 4);
  });

  test("to a replay alone needs no write", async () => {
    const { engine, store } = trial();
    await hearsWell(engine, intended().at(0));
    assert.deepEqual(await hear(engine, intended().at(0)), accepted());
    assert.equal(store.commits.length, 1);
  });
});

describe("a commit whose answer is lost", () => {
  const lost = {
    answerLost,
    neverArrived,
    "cut off after 1": cutOffAfter(1),
    "cut off after 2": cutOffAfter(2),
  };

  for (const [name, fault] of Object.entries(lost)) {
    test(`(${name}) is decided anew, and answered as if nothing had happened`, async () => {
      const { engine, store, clock } = trial();
      const passing = after(() => {
        clock.minutes += 1;
      }, fault);
      store.next(passing, passing);
      const together = [
        begun({ resources: [member, { ...member, id: "vm-2" }] }),
        allocated("i-1"),
        intended({ id: "vm-3" }),
        unknown({ id: "vm-3" }),
        freedByAttributes("i-1"),
        finished("done"),
      ];
      const [first, ...others] = await hearTogether(engine, ...together);
      assert.deepEqual(first, {
        reply: { id: "fleet", resources: [{ id: "vm-1" }, { id: "vm-2" }] },
        created: true,
      });
      assert.deepEqual(others, [
        accepted(),
        created("vm-3"),
        accepted("vm-3"),
        accepted(),
        accepted("fleet"),
      ]);

      const undisturbed = trial();
      await hearTogether(undisturbed.engine, ...together);
      assert.deepEqual(await allSaid(store), await allSaid(undisturbed.store));
    });
  }

  test("is recognised though the clock has moved on and others have written", async () => {
    const { engine, store, clock, memory } = trial();
    const other = engineOn(memory).engine;
    store.next(async (changes, inner) => {
      await inner.commit(changes);
      clock.minutes = 70;
      await hearsWell(other, unknown());
      return changes.map(() => "unknown");
    });
    assert.deepEqual(await hear(engine, intended()), created());
    assert.deepEqual(await kindsIn(store), ["intent", "unknown"]);
    assert.equal((await keptIn(store)).get("resource vm-1")?.record.facts[0]?.at, minute(60));
  });

  for (const [what, registration, later] of [
    ["a resource", intended(), allocated("i-1")],
    ["an allocation", begun(), finished("done")],
  ] as const) {
    test(`leaves the retry of ${what} a retry, though what came after it is stored by now`, async () => {
      const { engine, store, clock } = trial();
      await hearsWell(engine, registration);
      clock.minutes = 65;
      store.next(answerLost);
      const answers = await hearTogether(engine, registration, later);
      assert.deepEqual(answers.map(refusalIn), [undefined, undefined]);
      clock.minutes = 66;
      assert.equal(refusalIn(await hear(engine, registration)), "id-used");
    });
  }

  test("keeps the ids that were minted", async () => {
    const { engine, store } = trial();
    store.next(answerLost, neverArrived);
    const nameless = { type: "vm", owner: "lpds" };
    const [single, fleet] = await hearTogether(
      engine,
      intended().without("id"),
      begun({ resources: [nameless, nameless] }).without("id"),
    );
    assert.deepEqual(single, created("minted-1"));
    assert.deepEqual(fleet, {
      reply: { id: "minted-2", resources: [{ id: "minted-3" }, { id: "minted-4" }] },
      created: true,
    });
    assert.equal((await keptIn(store)).size, 4);
  });
});

const contendedFirst: Fault = async ([first, ...rest], inner) => {
  assert.equal(first?.id, "vm-1");
  return ["conflict", ...(await inner.commit(rest))];
};

describe("a record that somebody else has written in between", () => {
  test("gets the new fact beside the other", async () => {
    const { engine, store, memory } = trial();
    const other = engineOn(memory).engine;
    await hearsWell(engine, intended());
    store.next(after(() => hearsWell(other, unknown())));
    assert.deepEqual(await hear(engine, allocated("i-1")), accepted());
    assert.deepEqual(await kindsIn(store), ["intent", "unknown", "allocated"]);
  });

  test("is what counts: the id is used", async () => {
    const { engine, store, memory } = trial();
    const other = engineOn(memory).engine;
    store.next(after(() => hearsWell(other, intended({ owner: "other" }))));
    const answers = await hearTogether(engine, intended(), unknown(), intended({ id: "vm-2" }));
    assert.deepEqual(answers.map(refusalIn), ["id-used", undefined, undefined]);
    assert.deepEqual(await kindsIn(store), ["intent", "unknown"]);
  });

  test("again and again is refused in the end, and nothing of it is written", async () => {
    const { engine, store, memory } = trial();
    store.next(...Array.from({ length: 8 }, () => contended));
    const [answer] = await hearTogether(engine, intended());
    assert.ok(answer && "refused" in answer);
    assert.deepEqual([answer.refused, answer.detail], ["store-contended", "Changed by others 8 times."]);
    assert.equal(store.commits.length, 8);
    assert.equal((await keptIn(memory)).size, 0);
    assert.deepEqual(await hear(engine, intended()), created());
  });

  test("spoils none that travels with it", async () => {
    const { engine, store } = trial();
    store.next(contendedFirst, contended);
    assert.deepEqual(await hearTogether(engine, intended(), intended({ id: "vm-2" })), [
      created(),
      created("vm-2"),
    ]);
    assert.deepEqual(
      store.commits.map((changes) => changes.map(({ id }) => id)),
      [["vm-1", "vm-2"], ["vm-1"], ["vm-1"]],
    );
  });
});

describe("a store that is down", () => {
  for (const [during, fail] of [
    ["write", (store: FaultyStore) => store.next(down)],
    ["load", (store: FaultyStore) => store.nextLoad(down)],
  ] as const) {
    test(`at the ${during} has everything refused, and nothing of it is written`, async () => {
      const { engine, store, memory, errors } = trial();
      fail(store);
      const answers = await hearTogether(engine, intended(), intended(), freed("i-9", { id: "vm-9" }));
      assert.deepEqual(answers.map(refusalIn), Array(3).fill("store-unavailable"));
      assert.equal((await keptIn(memory)).size, 0);
      assert.equal(errors.length, 1);
      assert.deepEqual(await hear(engine, intended()), created());
    });
  }

  test("after an answer was lost has the rest refused, and its retry is recognised", async () => {
    const { engine, store } = trial();
    store.next(answerLost);
    store.nextLoad(async () => {}, down);
    assert.equal(refusalIn(await hear(engine, intended())), "store-unavailable");
    assert.deepEqual(await hear(engine, intended()), accepted());
    assert.deepEqual(await kindsIn(store), ["intent"]);
  });

  test("by a mistake of its own is an internal error, and drett goes on", async () => {
    const { engine, store, errors } = trial();
    store.next(broken);
    assert.equal(refusalIn(await hear(engine, intended())), "internal-error");
    assert.ok(errors[0] instanceof TypeError);
    assert.deepEqual(await hear(engine, intended()), created());
  });
});

describe("what goes wrong in one command", () => {
  test("spoils none that travels with it", async () => {
    const { engine, store, errors } = trial();
    const answers = await hearTogether(engine, intended(), explode, unknown(), explode);
    assert.deepEqual(answers.map(refusalIn), [undefined, "internal-error", undefined, "internal-error"]);
    assert.equal(errors.length, 2);
    assert.deepEqual(await kindsIn(store), ["intent", "unknown"]);
  });

  test("because a record cannot be read, is told, and spoils none that travels with it", async () => {
    const { engine, memory, store } = trial();
    await spoil(memory, "resource", "vm-9", { tags: ["external-id i-1"] });
    await spoil(memory, "allocation", "fleet-9");
    const answers = await hearTogether(
      engine,
      intended(),
      unknown({ id: "vm-9" }),
      intended({ id: "vm-2", allocation: "fleet-9" }),
      finished("done", { id: "fleet-9" }),
      allocated("i-1"),
      freedByAttributes("i-1"),
    );
    assert.deepEqual(answers.map(refusalIn), [
      undefined,
      "record-unreadable",
      "record-unreadable",
      "record-unreadable",
      undefined,
      undefined,
    ]);
    assert.deepEqual(await kindsIn(store), ["intent", "allocated", "freed"]);
  });

  test("does not reach a member of an allocation that cannot be read", async () => {
    const { engine, memory, store } = trial();
    await hearsWell(engine, intended({ allocation: "fleet" }));
    await spoil(memory, "allocation", "fleet");
    assert.deepEqual(await hear(engine, allocated("i-1")), accepted());
    assert.deepEqual(await kindsIn(store), ["intent", "allocated"]);
  });
});

describe("who listens", () => {
  test("hears of what was written, once", async () => {
    const flushes: Flushed[] = [];
    const { engine, store } = trial({ onCommitted: (flush) => flushes.push(flush) });
    let heard = 0;
    const stop = engine.onFacts(() => {
      heard += 1;
    });
    await hearTogether(engine, intended().at(0), unknown().at(0), unknown().at(0), intended({ id: "vm-2" }));
    assert.deepEqual(flushes, [{ commands: 4, records: 2, facts: 3 }]);
    assert.equal(heard, 1);

    await hearTogether(engine, intended().at(0));
    assert.deepEqual(flushes[1], { commands: 1, records: 0, facts: 0 });
    assert.equal(heard, 1);

    store.next(contended);
    await hear(engine, freed());
    assert.deepEqual(flushes.slice(2), [
      { commands: 0, records: 0, facts: 0 },
      { commands: 1, records: 1, facts: 1 },
    ]);
    assert.equal(heard, 2);

    store.next(answerLost);
    await hear(engine, freed("i-7"));
    assert.equal(heard, 3);
    stop();
    await hear(engine, allocated("i-1"));
    assert.equal(heard, 3);
  });

  test("and fails, spoils nothing of what was written", async () => {
    const { engine, errors } = trial({
      onCommitted: () => {
        throw new Error("no metrics");
      },
    });
    let heard = 0;
    engine.onFacts(() => {
      throw new Error("the reader is gone");
    });
    engine.onFacts(() => {
      heard += 1;
    });
    assert.deepEqual(await hear(engine, intended()), created());
    assert.equal(heard, 1);
    assert.deepEqual(
      errors.map((error) => (error as Error).message),
      ["no metrics", "the reader is gone"],
    );
  });
});

test("every command can be told again after its answer was lost", async () => {
  const known = [
    intended().at(0),
    begun().at(0),
    intended({ id: "vm-2" }).at(0),
    allocated("i-2", { id: "vm-2" }),
    held(600, { id: "vm-2", hold: "h-1" }),
    sessionOpened(),
    sessionOpened({ id: "engine-3" }),
    sessionLapsed({ id: "engine-3", together: { silent: 9, of: 10 }, until: minute(120) }),
    frozenByPerson({ id: "freeze-2" }),
    planProposed(["vm-2"]),
    intended({ id: "vm-4" }).at(0),
    allocated("i-4", { id: "vm-4" }),
  ];
  const word = { id: "vm-2", seen: 3, reason: "looked", decision: "d-1" };
  const examples: { [name: string]: object } = {
    "register-intent": { ...VM, id: "vm-3" },
    "begin-allocation": { id: "fleet-2", application: "probe", module: "nova" },
    "finish-allocation": { id: "fleet", outcome: "done" },
    "report-allocated": { id: "vm-1", externalId: "i-1" },
    "report-unknown": { id: "vm-1", reason: "timeout" },
    "report-failed": { id: "vm-1", reason: "quota" },
    "report-releasing": { id: "vm-1" },
    "report-release-failed": { id: "vm-1", reason: "in use" },
    "report-freed": { id: "vm-1" },
    "free-by-attributes": { owner: "lpds", type: "vm", externalId: "i-2" },
    extend: { id: "vm-1", until: "2026-11-24T00:00:00Z" },
    "open-session": { id: "engine-2", application: "probe", module: "nova", ttlSeconds: 60 },
    heartbeat: { id: "engine-1" },
    "close-session": { id: "engine-1" },
    "confirm-exists": { ...word, externalId: "i-2" },
    "confirm-never-created": { ...word, id: "vm-1", seen: 1 },
    "confirm-gone": word,
    "confirm-outcome": { ...word, id: "fleet", seen: 1, outcome: "done" },
    "confirm-lapsed": { ...word, id: "engine-3", seen: 2 },
    forget: word,
    hold: { id: "vm-1", hold: "h-1", until: "2026-11-24T00:00:00Z", reason: "in use" },
    unhold: { id: "vm-2", seen: 3, hold: "h-1", reason: "done" },
    "reclaim-now": { ...word, id: "vm-4", seen: 2 },
    freeze: { id: "freeze-1", reason: "a storm" },
    thaw: { id: "freeze-2", reason: "over" },
    "approve-plan": { id: "plan-1", count: 1, hash: "hash-1", reason: "looked through" },
    "abort-plan": { id: "plan-1", reason: "not these" },
  };
  for (const command of COMMANDS) {
    const example = examples[command.name];
    assert.ok(example, `${command.name} has an example`);
    const { engine, store } = trial();
    await hearsWell(engine, ...known);
    store.next(answerLost);
    const first = await hear(engine, new Saying(command, example));
    const said = await allSaid(store);
    const second = await hear(engine, new Saying(command, example));
    assert.equal(refusalIn(first), undefined, command.name);
    assert.equal("created" in first && first.created, command.creates === true, command.name);
    assert.deepEqual({ ...second, created: undefined }, { ...first, created: undefined }, command.name);
    assert.deepEqual(await allSaid(store), said, command.name);
  }
});

test("a decision that writes nothing and names nobody is answered", async () => {
  const nothing = command({
    name: "nothing",
    summary: "Nothing.",
    role: "report",
    input: Shape({}),
    reply: Shape({}),
    refusals: [],
    keys: () => [],
    decide: () => accept({}),
  });
  const { engine, store } = trial();
  assert.deepEqual(await hear(engine, new Saying(nothing, {})), { reply: {}, created: false });
  assert.equal(store.commits.length, 0);
});
