import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { NoExternalId, NotCreated, Refused, ReportLost, Unreachable } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { problem } from "./fake-server.ts";
import { mishap, rejection, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});
const vm = { type: "vm" };
const refusal = (status: number) => Object.assign(new Error("quota"), { status });
const onlyFacts = () => [...world.server.records.values()].flat();
const onlyId = () => [...world.server.records.keys()][0] as string;

test("track notes the intent, creates, and notes the external id", async () => {
  const tracked = await world.run(
    drett.track({
      type: "vm",
      scope: "aws eu-central-1",
      parent: "dparent",
      timeout: "10m",
      ttl: "1h30m",
      labels: { job: "17" },
      data: { flavor: "small" },
      price: { amount: 0.12, currency: "EUR", per: "hour" },
      acquire: ({ id, index, signal }) => {
        assert.deepEqual(world.server.kinds(id), ["register-intent"], "the intent is durable by now");
        assert.equal(index, 0);
        assert.equal(signal.aborted, false);
        return "i-1";
      },
    }),
  );
  assert.equal(tracked.externalId, "i-1");
  assert.deepEqual(world.server.facts(tracked.id), [
    {
      kind: "register-intent",
      application: "probe",
      module: "nova",
      type: "vm",
      owner: "lpds",
      scope: "aws eu-central-1",
      parent: "dparent",
      timeoutSeconds: 600,
      ttlSeconds: 5400,
      labels: { job: "17" },
      data: { flavor: "small" },
      price: { amount: 0.12, currency: "EUR", per: "hour" },
      at: "2026-11-23T09:00:00.000Z",
    },
    { kind: "allocated", externalId: "i-1", at: "2026-11-23T09:00:00.000Z" },
  ]);
});

test("ttl null says that there is no end; without a ttl nothing is said of it", async () => {
  await world.run(drett.intend({ ...vm, ttl: null }));
  await world.run(drett.intend(vm));
  assert.equal(world.seen[0]?.body.ttlSeconds, null);
  assert.equal("ttlSeconds" in (world.seen[1]?.body ?? {}), false);
});

test("acquire may return data to show and a value to keep", async () => {
  const tracked = await world.run(
    drett.track({
      ...vm,
      acquire: async () => ({ externalId: 4711, data: { ip: "::1" }, value: { port: 22 } }),
    }),
  );
  assert.deepEqual([tracked.externalId, tracked.value.port], ["4711", 22]);
  const [, allocated] = world.server.facts(tracked.id);
  assert.deepEqual([allocated?.externalId, allocated?.data], ["4711", { ip: "::1" }]);
  assert.equal("value" in (allocated ?? {}), false);
});

test("data that the server does not take is left out: it must not cost the note that the thing exists", async () => {
  world.server.refusals.set("report-allocated", ({ data }) =>
    (data as { text?: string })?.text ? problem(400, "data-too-large", "too much") : undefined,
  );
  const data = { text: "x".repeat(100) };
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  for (const given of [data, loop]) {
    const tracked = await world.run(
      drett.track({ ...vm, acquire: () => ({ externalId: "i-1", data: given }) }),
    );
    const [, allocated] = world.server.facts(tracked.id);
    assert.equal(allocated?.externalId, "i-1");
    const left = allocated?.data as { leftOut?: string } | undefined;
    assert.match(left?.leftOut ?? "", /too much|JSON/);
  }
});

test("what acquire throws is thrown on, recorded as failed where that is certain", async () => {
  const error = refusal(403);
  assert.equal(
    await rejection(world.run(drett.track({ ...vm, acquire: () => Promise.reject(error) }))),
    error,
  );
  const [, failed] = onlyFacts();
  assert.deepEqual([failed?.kind, failed?.reason], ["failed", "Error: quota [status 403]"]);
});

test("what acquire throws is recorded as unknown where nothing is certain, also when it throws at once", async () => {
  const error = refusal(500);
  const acquire = () => {
    throw error;
  };
  assert.equal(await rejection(world.run(drett.track({ ...vm, acquire }))), error);
  const [, unknown] = onlyFacts();
  assert.deepEqual([unknown?.kind, unknown?.reason], ["unknown", "Error: quota [unknown: status 500]"]);
});

test("NotCreated from acquire is failed, of all attempts where it says so", async () => {
  const error = new NotCreated("the region is full", { allAttempts: true });
  await rejection(world.run(drett.track({ ...vm, acquire: () => Promise.reject(error) })));
  const [, failed] = onlyFacts();
  assert.deepEqual([failed?.kind, failed?.allAttempts], ["failed", true]);
});

test("an acquire that returns no external id leaves the outcome unknown", async () => {
  for (const returned of [undefined, null, "", {}, { externalId: "" }, Number.NaN, true, "x".repeat(1025)]) {
    world.server.records.clear();
    const error = await rejection(world.run(drett.track({ ...vm, acquire: () => returned as never })));
    assert.ok(error instanceof NoExternalId, JSON.stringify(returned));
    assert.deepEqual(world.server.kinds(onlyId()), ["register-intent", "unknown"]);
  }
});

test("nothing is created where the intent was refused, or could not be delivered", async () => {
  let isCreated = false;
  const acquire = () => {
    isCreated = true;
    return "i-1";
  };
  world.mishaps = [mishap.status(403)];
  assert.ok((await rejection(world.run(drett.track({ ...vm, acquire })))) instanceof Refused);
  world.always = mishap.unheard;
  assert.ok((await rejection(world.run(drett.track({ ...vm, acquire })))) instanceof Unreachable);
  assert.equal(isCreated, false);
});

test("the note after it is told again until it arrives, with the time at which the thing was there", async () => {
  const tracked = await world.run(
    drett.track({
      ...vm,
      acquire: () => {
        world.mishaps = [mishap.unheard, mishap.unanswered, mishap.status(503)];
        return "i-1";
      },
    }),
  );
  const times = world.seen.slice(1).map(({ body }) => body.at);
  assert.equal(times.length, 4);
  assert.equal(new Set(times).size, 1);
  assert.deepEqual(world.server.kinds(tracked.id), ["register-intent", "allocated"]);
});

test("a note after it that cannot be delivered is an error with both ids, and never says unknown", async () => {
  const acquire = () => {
    world.always = mishap.unheard;
    return "i-1";
  };
  const error = await rejection(world.run(drett.track({ ...vm, acquire })));
  assert.ok(error instanceof ReportLost);
  assert.deepEqual(
    [error.code, error.report, error.id, error.externalId],
    ["report-lost", "allocated", onlyId(), "i-1"],
  );
  assert.ok(error.cause instanceof Unreachable);
  assert.match(error.message, /i-1/);
  assert.deepEqual(new Set(world.paths.slice(1)), new Set([`/v1/resources/${onlyId()}/allocated`]));
  assert.equal(world.time, 60_000);
});

test("a note after it that is refused is the same error", async () => {
  world.server.refusals.set("report-allocated", () => problem(409, "id-used"));
  const acquire = () => ({ externalId: "i-1", data: { ip: "::1" } });
  const error = await rejection(world.run(drett.track({ ...vm, acquire })));
  assert.ok(error instanceof ReportLost && error.cause instanceof Refused);
  assert.deepEqual([error.externalId, error.cause.code], ["i-1", "id-used"]);
  assert.equal(world.seen.length, 2);

  world.server.refusals.set("report-allocated", () => problem(400, "invalid-input"));
  assert.ok((await rejection(world.run(drett.track({ ...vm, acquire })))) instanceof ReportLost);
  assert.equal(world.seen.length, 2 + 3, "once more without the data, and no more");
});

test("a failure that drett cannot be told of does not hide the error of the create call", async () => {
  const error = refusal(500);
  const acquire = () => {
    world.always = mishap.unheard;
    throw error;
  };
  assert.equal(await rejection(world.run(drett.track({ ...vm, acquire, deadline: "5s" }))), error);
  assert.equal(world.time, 5_000);
});

test("aborted before it began, nothing is sent", async () => {
  const call = drett.track({ ...vm, signal: AbortSignal.abort(), acquire: () => "i-1" });
  assert.equal(((await rejection(world.run(call))) as Error).name, "AbortError");
  assert.deepEqual(world.seen, []);
});

test("aborted while the intent is under way, nothing is created, and the intent is taken back", async () => {
  const controller = new AbortController();
  world.mishaps = [
    (answer, signal) => {
      answer();
      return mishap.silent(answer, signal);
    },
  ];
  let isCreated = false;
  const acquire = () => {
    isCreated = true;
    return "i-1";
  };
  const call = drett.track({ ...vm, signal: controller.signal, acquire });
  await world.pass(10);
  controller.abort();
  assert.equal(((await rejection(world.run(call))) as Error).name, "AbortError");
  assert.equal(isCreated, false);
  assert.deepEqual(world.server.kinds(onlyId()), ["register-intent", "failed"]);
  assert.equal(world.timers, 0);
});

test("an intent cannot be taken back from a server that is away: the abort waits two seconds at most", async () => {
  const controller = new AbortController();
  world.always = mishap.silent;
  const call = drett.track({ ...vm, signal: controller.signal, acquire: () => "i-1" });
  await world.pass(10);
  controller.abort();
  assert.equal(((await rejection(world.run(call))) as Error).name, "AbortError");
  assert.deepEqual([world.time, world.timers], [2_010, 0]);
});

test("aborted while it is created, the outcome is unknown, and drett still hears of it", async () => {
  const controller = new AbortController();
  const acquire = ({ signal }: { signal: AbortSignal }) =>
    new Promise<string>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
      controller.abort(refusal(403));
    });
  const error = await rejection(world.run(drett.track({ ...vm, signal: controller.signal, acquire })));
  assert.equal(error, controller.signal.reason);
  assert.deepEqual(world.server.kinds(onlyId()), ["register-intent", "unknown"]);
});

test("aborted too late, the thing is there, is noted, and comes back", async () => {
  const controller = new AbortController();
  const acquire = () => {
    controller.abort();
    return "i-1";
  };
  const tracked = await world.run(drett.track({ ...vm, signal: controller.signal, acquire }));
  assert.deepEqual(world.server.kinds(tracked.id), ["register-intent", "allocated"]);
});

test("an intent by hand is reported by hand", async () => {
  const resource = await world.run(drett.intend({ ...vm, id: "my-own-id" }));
  assert.equal(resource.id, "my-own-id");
  assert.equal(await world.run(resource.notAllocated(new Error("lost"))), "unknown");
  assert.equal(await world.run(resource.notAllocated(refusal(403))), "failed");
  await world.run(resource.allocated("i-1", { data: { ip: "::1" } }));
  await world.run(resource.releasing({ timeout: "5m" }));
  await world.run(resource.releaseFailed(new Error("in use")));
  await world.run(resource.freed());
  const told = world.server.facts("my-own-id").map(({ at, ...fact }) => fact);
  assert.deepEqual(told.slice(1), [
    { kind: "unknown", reason: "Error: lost [unknown: nothing to judge by]" },
    { kind: "failed", reason: "Error: quota [status 403]" },
    { kind: "allocated", externalId: "i-1", data: { ip: "::1" } },
    { kind: "releasing", timeoutSeconds: 300 },
    { kind: "release-failed", reason: "Error: in use" },
    { kind: "freed", externalId: "i-1" },
  ]);
});

test("extend says until when, from a date or from how long", async () => {
  const resource = await world.run(drett.intend(vm));
  await world.run(resource.extend("2h"));
  await world.run(resource.extend(new Date("2027-01-01T00:00:00Z")));
  assert.deepEqual(
    world.seen.slice(1).map(({ body }) => body.until),
    ["2026-11-23T11:00:00.000Z", "2027-01-01T00:00:00.000Z"],
  );
  assert.match(String(await rejection(world.run(resource.extend(new Date("?"))))), /until is no date/);
});
