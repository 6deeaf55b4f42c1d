import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ArgumentMissing, Refused, ReportLost } from "../src/errors.ts";
import { Drett } from "../src/index.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});
const acquire = () => "i-1";
const onlyId = () => [...world.server.records.keys()][0] as string;

test("an allocation is begun, used and done; what it obtained belongs to it and outlives it", async () => {
  let freed = 0;
  const [single, fleet, intent] = await world.run(
    drett.allocation({ timeout: "1h", label: "night run", owner: "ci" }, async (block) => {
      assert.deepEqual(world.server.kinds(block.id), ["begin-allocation"]);
      return [
        await block.track({ type: "vm", acquire, release: () => freed++ }),
        await block.trackMany(2, { type: "vm", owner: "other", acquire }),
        await block.intend({ type: "port" }),
      ] as const;
    }),
  );
  const id = onlyId();
  assert.deepEqual(world.server.facts(id), [
    {
      kind: "begin-allocation",
      application: "probe",
      module: "nova",
      timeoutSeconds: 3600,
      label: "night run",
      at: "2026-11-23T09:00:00.000Z",
    },
    { kind: "finish-allocation", outcome: "done", at: "2026-11-23T09:00:00.000Z" },
  ]);
  const members = [single, ...fleet.allocated, intent].map((it) => world.server.facts(it.id)[0]);
  assert.deepEqual(
    members.map((intent) => [intent?.allocation, intent?.application, intent?.owner]),
    [
      [id, "probe", "ci"],
      [id, "probe", "other"],
      [id, "probe", "other"],
      [id, "probe", "ci"],
    ],
  );
  assert.equal(freed, 0);
});

test("an allocation whose function throws is failed with the reason, and the error thrown on", async () => {
  const error = new Error("no more addresses");
  const call = drett.allocation({}, () => {
    throw error;
  });
  assert.equal(await rejection(world.run(call)), error);
  const [, finished] = world.server.facts(onlyId());
  assert.deepEqual([finished?.outcome, finished?.reason], ["failed", "Error: no more addresses"]);
});

test("what its members say of application and module comes first, then what it says itself", async () => {
  const bare = new Drett({ owner: "o", fetch: world.fetch, session: false }, world.runtime);
  await world.run(
    bare.allocation({ application: "a", module: "m" }, async (block) => {
      await block.intend({ type: "vm" });
      await block.intend({ type: "vm", application: "b", module: undefined });
    }),
  );
  assert.deepEqual(
    world.seen.slice(1, 3).map(({ body }) => [body.application, body.module]),
    [
      ["a", "m"],
      ["b", "m"],
    ],
  );
});

test("an allocation needs an application and a module", async () => {
  const bare = new Drett({ fetch: world.fetch, session: false }, world.runtime);
  for (const [given, missing] of [
    [{}, "application"],
    [{ application: "a" }, "module"],
  ] as const) {
    const error = await rejection(world.run(bare.allocation(given, () => {})));
    assert.ok(error instanceof ArgumentMissing && error.argument === missing);
  }
});

test("an allocation that could not be begun does not run its function", async () => {
  world.mishaps = [mishap.status(403)];
  let isRun = false;
  const call = drett.allocation({}, () => {
    isRun = true;
  });
  assert.ok((await rejection(world.run(call))) instanceof Refused);
  assert.equal(isRun, false);
});

test("an end that cannot be noted is an error that carries what the function returned", async () => {
  const call = drett.allocation({ deadline: "1s" }, () => {
    world.always = mishap.unheard;
    return "the result";
  });
  const error = await rejection(world.run(call));
  assert.ok(error instanceof ReportLost);
  assert.deepEqual([error.report, error.id, error.result], ["finished", onlyId(), "the result"]);
});

test("a failure that drett cannot be told of does not hide the error of the function", async () => {
  const error = new Error("mine");
  const call = drett.allocation({ deadline: "1s" }, () => {
    world.always = mishap.unheard;
    throw error;
  });
  assert.equal(await rejection(world.run(call)), error);
});

test("the signal of an allocation ends its beginning, which is taken back, and reaches its members", async () => {
  assert.equal(
    ((await rejection(world.run(drett.allocation({ signal: AbortSignal.abort() }, () => {})))) as Error).name,
    "AbortError",
  );
  assert.deepEqual(world.seen, []);

  const during = new AbortController();
  world.mishaps = [
    (answer, signal) => {
      answer();
      return mishap.silent(answer, signal);
    },
  ];
  const call = drett.allocation({ signal: during.signal }, () => assert.fail("it has not begun"));
  await world.pass(10);
  during.abort();
  await rejection(world.run(call));
  const [, finished] = world.server.facts(onlyId());
  assert.deepEqual([finished?.kind, finished?.outcome], ["finish-allocation", "failed"]);

  const within = new AbortController();
  const inner = drett.allocation({ signal: within.signal }, async (block) => {
    within.abort();
    await block.intend({ type: "vm" });
  });
  assert.equal(((await rejection(world.run(inner))) as Error).name, "AbortError");
});
