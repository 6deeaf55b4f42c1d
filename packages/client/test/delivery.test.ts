import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { backoff, parseRetryAfter } from "../src/backoff.ts";
import { Refused, Unreachable } from "../src/errors.ts";
import type { Drett } from "../src/index.ts";
import { problem } from "./fake-server.ts";
import { mishap, rejection, START, World } from "./world.ts";

let world: World;
let drett: Drett;
beforeEach(() => {
  world = new World();
  drett = world.drett();
});
const vm = { type: "vm" };

test("a lost reply is asked for again with the same id and time, and is one record", async () => {
  world.mishaps = [mishap.unanswered, mishap.unanswered];
  const { id } = await world.run(drett.intend(vm));
  const bodies = world.seen.map(({ body }) => body);
  assert.equal(bodies.length, 3);
  assert.deepEqual(bodies[1], bodies[0]);
  assert.deepEqual(bodies[2], bodies[0]);
  assert.deepEqual([bodies[0]?.id, bodies[0]?.at], [id, "2026-11-23T09:00:00.000Z"]);
  assert.ok(world.time > 0);
  assert.equal(world.server.records.size, 1);
});

test("a report keeps its time over retries, however late it arrives", async () => {
  const resource = await world.run(drett.intend(vm));
  world.mishaps = [mishap.unheard, mishap.status(503), mishap.unanswered];
  await world.run(resource.releaseFailed(new Error("no")));
  const times = world.seen.slice(1).map(({ body }) => body.at);
  assert.equal(times.length, 4);
  assert.deepEqual(new Set(times), new Set(["2026-11-23T09:00:00.000Z"]));
  assert.equal(world.server.facts(resource.id).length, 2);
});

test("connection errors and 408, 429, 502, 503, 504 are retried; other refusals are not", async () => {
  for (const status of [408, 429, 502, 503, 504]) {
    world.mishaps = [mishap.status(status)];
    await world.run(drett.intend(vm));
  }
  assert.equal(world.seen.length, 10);
  for (const status of [400, 401, 403, 404, 409, 421, 500, 501]) {
    const before: number = world.seen.length;
    world.mishaps = [mishap.status(status, {}, { code: "a-code", detail: "This.", remedy: "Do that." })];
    const error = await rejection(world.run(drett.intend(vm)));
    assert.ok(error instanceof Refused);
    assert.deepEqual(
      [error.status, error.code, error.detail, error.remedy, error.name],
      [status, "a-code", "This.", "Do that.", "Refused"],
    );
    assert.equal(error.message, `drett refused (${status} a-code): This. Do that.`);
    assert.equal(world.seen.length, before + 1, String(status));
  }
});

test("a refusal without a problem document still tells its status and what it said", async () => {
  world.mishaps = [() => new Response("<h1>Forbidden</h1>", { status: 403 })];
  const error = await rejection(world.run(drett.intend(vm)));
  assert.ok(error instanceof Refused);
  assert.deepEqual([error.status, error.code, error.detail], [403, "http-403", "<h1>Forbidden</h1>"]);
});

test("what is over a quota is refused at once, for its engine to give something up", async () => {
  world.mishaps = [mishap.status(429, { "retry-after": "60" }, { code: "quota-reached", detail: "3 of 3." })];
  const error = await rejection(world.run(drett.intend(vm)));
  assert.ok(error instanceof Refused);
  assert.deepEqual([error.status, error.code, world.time], [429, "quota-reached", 0]);
});

test("a 2xx that is not drett's is no yes", async () => {
  const answers = ["<h1>Welcome</h1>", "{}", "null", '{"items":[]}'];
  world.mishaps = answers.map((text) => () => new Response(text));
  await world.run(drett.intend(vm));
  assert.equal(world.seen.length, answers.length + 1);

  const yes = '{"status":200,"body":{"id":"d1"}}';
  const results = ["{}", '{"results":[]}', '{"results":[null,null]}', `{"results":[${yes},${yes},${yes}]}`];
  world.mishaps = results.map((text) => () => new Response(text));
  await world.run(Promise.all([drett.intend(vm), drett.intend(vm)]));
  assert.equal(world.seen.length, answers.length + 1 + results.length + 1);
});

test("a redirect is refused, and names where it leads: followed, a POST would become a GET", async () => {
  world.mishaps = [mishap.status(301, { location: "https://drett.example/" })];
  const error = await rejection(world.run(drett.intend(vm)));
  assert.equal(world.seen[0]?.redirect, "manual");
  assert.ok(error instanceof Refused);
  assert.equal(error.code, "redirected");
  assert.match(error.detail, /https:\/\/drett\.example\//);
});

test("waits double, with half of them left to chance, up to ten seconds", async () => {
  assert.deepEqual(
    [0, 1, 2, 6, 7, 40, 5_000].map((attempt) => backoff(attempt, 1)),
    [100, 200, 400, 6_400, 10_000, 10_000, 10_000],
  );
  assert.equal(backoff(1, 0), 100);
  world.random = 0;
  world.mishaps = [mishap.unheard, mishap.unheard, mishap.unheard];
  await world.run(drett.intend(vm));
  assert.deepEqual(
    world.seen.map(({ time }) => time),
    [0, 50, 150, 350],
  );
});

test("Retry-After is honoured, as seconds and as a date", async () => {
  assert.equal(parseRetryAfter("7", START), 7_000);
  assert.equal(parseRetryAfter(new Date(START + 9_000).toUTCString(), START), 9_000);
  for (const header of [null, "soon", "-1", new Date(START - 9_000).toUTCString()]) {
    assert.equal(parseRetryAfter(header, START), 0);
  }
  world.mishaps = [mishap.status(429, { "retry-after": "7" })];
  await world.run(drett.intend(vm));
  assert.deepEqual(
    world.seen.map(({ time }) => time),
    [0, 7_000],
  );
});

test("after the deadline the call is given up, with what came of the last try", async () => {
  world.always = mishap.unheard;
  const error = await rejection(world.run(drett.intend(vm)));
  assert.ok(error instanceof Unreachable);
  assert.equal(world.time, 60_000);
  assert.equal(error.code, "unreachable");
  assert.equal((error.cause as Error).message, "fetch failed");
  assert.match(error.message, /within 60 s: .*ECONNREFUSED/);

  world.always = mishap.status(503, {}, { code: "queue-full" });
  const busy = await rejection(world.run(drett.intend({ ...vm, deadline: "5s" })));
  assert.ok(busy instanceof Unreachable && busy.cause instanceof Refused);
  assert.equal(busy.cause.code, "queue-full");
  assert.equal(world.time, 65_000);
});

test("a Retry-After beyond the deadline does not move the deadline", async () => {
  world.always = mishap.status(503, { "retry-after": "3600" });
  assert.ok((await rejection(world.run(drett.intend({ ...vm, deadline: "2s" })))) instanceof Unreachable);
  await world.run(Promise.resolve());
  assert.deepEqual([world.time, world.timers], [2_000, 0]);
});

test("a deadline of the object holds where the call has none", async () => {
  world.always = mishap.silent;
  await rejection(world.run(world.drett({ deadline: "3s" }).intend(vm)));
  assert.equal(world.time, 3_000);
});

test("a server that never answers is asked again before the deadline", async () => {
  world.mishaps = [mishap.silent];
  await world.run(drett.intend(vm));
  assert.deepEqual([world.seen.length, world.time], [2, 15_100]);
});

test("a settled call leaves no timer and no listener behind", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...listener: unknown[]) => {
    listeners++;
    return (add as (...listener: unknown[]) => void)(...listener);
  };
  signal.removeEventListener = (...listener: unknown[]) => {
    listeners--;
    return (remove as (...listener: unknown[]) => void)(...listener);
  };
  await world.run(Promise.all([drett.intend({ ...vm, signal }), drett.intend({ ...vm, signal })]));
  await rejection(world.run(drett.get("d1", { signal })));
  assert.deepEqual([world.timers, listeners], [0, 0]);
  world.always = mishap.silent;
  await rejection(world.run(drett.intend({ ...vm, signal })));
  await world.run(Promise.resolve());
  assert.deepEqual([world.timers, listeners], [0, 0]);
});

test("an aborted call is rejected with the signal's reason, at once", async () => {
  world.always = mishap.silent;
  const controller = new AbortController();
  const call = drett.get("d1", { signal: controller.signal });
  await world.pass(1_000);
  const why = new Error("enough");
  controller.abort(why);
  assert.equal(await rejection(world.run(call)), why);
  assert.deepEqual([world.time, world.timers], [1_000, 0]);
});

test("a lone call takes its own route, with the id in the path alone", async () => {
  const { id } = await world.run(drett.intend(vm));
  await world.run(drett.resource(id).freed());
  assert.deepEqual(world.paths, ["/v1/resources", `/v1/resources/${id}/freed`]);
  assert.deepEqual(Object.keys(world.seen[1]?.body ?? {}), ["at"]);
  assert.equal(world.seen[1]?.headers.get("content-type"), "application/json");
});

test("the calls of one tick are one batch, in their order, each with its own outcome", async () => {
  const [a, b, c] = await world.run(
    Promise.allSettled([
      drett.intend({ ...vm, id: "a" }),
      drett.resource("nobody").releasing(),
      drett.intend({ ...vm, id: "c" }),
    ]),
  );
  assert.deepEqual(world.paths, ["/v1/batch"]);
  assert.deepEqual(
    world.seen[0]?.body.commands?.map(({ command, id }) => [command, id]),
    [
      ["register-intent", "a"],
      ["report-releasing", "nobody"],
      ["register-intent", "c"],
    ],
  );
  assert.deepEqual([a.status, b.status, c.status], ["fulfilled", "rejected", "fulfilled"]);
  assert.ok(b.status === "rejected" && b.reason instanceof Refused && b.reason.code === "unknown-resource");
});

test("calls of two ticks are two requests", async () => {
  await world.run(drett.intend(vm));
  await world.run(drett.intend(vm));
  assert.deepEqual(world.paths, ["/v1/resources", "/v1/resources"]);
});

test("a batch whose answer is lost is sent again as it was", async () => {
  world.mishaps = [mishap.unanswered];
  await world.run(Promise.all([drett.intend(vm), drett.intend(vm)]));
  assert.deepEqual(world.paths, ["/v1/batch", "/v1/batch"]);
  assert.deepEqual(world.seen[1]?.body, world.seen[0]?.body);
  assert.equal(world.server.records.size, 2);
});

test("of a batch only the items that the server was too busy for are sent again", async () => {
  let isBusy = true;
  const busy = ({ id }: { readonly id?: string }) =>
    isBusy && id === "b" ? problem(503, "queue-full") : undefined;
  world.server.refusals.set("register-intent", busy);
  const calls = ["a", "b", "c"].map((id) => drett.intend({ ...vm, id }));
  await world.run(Promise.all([calls[0], calls[2]]));
  isBusy = false;
  await world.run(Promise.all(calls));
  assert.deepEqual(world.paths, ["/v1/batch", "/v1/resources"]);
  assert.equal(world.seen[1]?.body.id, "b");
  assert.equal(world.seen[1]?.body.at, "2026-11-23T09:00:00.000Z");
});

test("a call that is aborted leaves its batch, and the others go on", async () => {
  const controller = new AbortController();
  world.mishaps = [mishap.unheard];
  const leaving = drett.intend({ ...vm, id: "a", signal: controller.signal });
  const staying = [drett.intend({ ...vm, id: "b" }), drett.intend({ ...vm, id: "c" })];
  await world.pass(10);
  controller.abort();
  await rejection(world.run(leaving));
  await world.run(Promise.all(staying));
  const [, second] = world.seen.filter(({ path }) => path === "/v1/batch");
  assert.deepEqual(
    second?.body.commands?.map(({ id }) => id),
    ["b", "c"],
  );
});

test("a batch is split at 1,000 commands and at a megabyte", async () => {
  await world.run(Promise.all(Array.from({ length: 2_001 }, () => drett.intend(vm))));
  assert.deepEqual(
    world.seen.map(({ body }) => body.commands?.length),
    [1_000, 1_000, undefined],
  );
  world.seen.length = 0;
  const data = { text: "ä".repeat(10_000) };
  await world.run(Promise.all(Array.from({ length: 100 }, () => drett.intend({ ...vm, data }))));
  const sizes = world.seen.map(({ body }) => Buffer.byteLength(JSON.stringify(body)));
  assert.equal(sizes.length, 3);
  assert.ok(Math.max(...sizes) < 1_100_000, String(sizes));
});

test("a batch that is refused as a whole for one unreadable item is halved until that item stands alone", async () => {
  world.always = (answer) => {
    const { body } = world.seen.at(-1) as { body: unknown };
    return JSON.stringify(body).includes("poison")
      ? Response.json({ code: "too-deep", detail: "x" }, { status: 400 })
      : answer();
  };
  const types = ["a", "b", "poison", "c", "d"];
  const outcomes = await world.run(Promise.allSettled(types.map((type) => drett.intend({ type }))));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["fulfilled", "fulfilled", "rejected", "fulfilled", "fulfilled"],
  );
});

test("a batch that is refused as a whole for who sends it refuses all of them", async () => {
  world.always = mishap.status(401, {}, { code: "api-key-missing" });
  const outcomes = await world.run(Promise.allSettled([drett.intend(vm), drett.intend(vm)]));
  for (const outcome of outcomes) {
    assert.ok(outcome.status === "rejected" && (outcome.reason as Refused).code === "api-key-missing");
  }
  assert.equal(world.seen.length, 1);
});

test("data that is no JSON is the error of its own call, not of its batch", async () => {
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  const [bad, good] = await world.run(
    Promise.allSettled([drett.intend({ ...vm, data: loop }), drett.intend(vm)]),
  );
  assert.deepEqual([bad.status, good.status], ["rejected", "fulfilled"]);
});
