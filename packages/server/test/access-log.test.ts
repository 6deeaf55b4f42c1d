import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Change, MemoryStore, StoreUnavailable } from "@drett/core";
import type { Level } from "../src/logging/level.ts";
import { EventStream } from "./support/event-stream.ts";
import { type Line, loggingInto } from "./support/logs.ts";
import { intent, type TestServer, type TestServerOptions, testServer } from "./support/test-server.ts";

/** A server that logs at a level; `lines` holds what it has said since it was last asked. */
function logged(
  t: TestContext,
  level: Level,
  options: TestServerOptions = {},
): { server: TestServer; lines: () => Line[] } {
  const all: Line[] = [];
  const server = testServer(t, { ...options, http: { log: loggingInto(all, level).logger("drett.http") } });
  return { server, lines: () => all.splice(0) };
}

/** What a line is about, without when and how long. */
const about = ({ level, logger, msg, requestId, actor, ...rest }: Line) => {
  const { time, pid, hostname, ms, ...more } = rest as Record<string, unknown>;
  assert.equal(logger, "drett.http");
  assert.match(String(requestId), /^[\w-]+$/);
  assert.equal(actor, "local");
  assert.ok(ms === undefined || (Number.isInteger(ms) && Number(ms) >= 0), `${String(ms)} ms`);
  return [level, msg, more];
};

class BrokenStore extends MemoryStore {
  isBroken = true;
  override commit(changes: readonly Change[]) {
    const error = new StoreUnavailable("the cable is out", "Put the cable in.");
    return this.isBroken ? Promise.reject(error) : super.commit(changes);
  }
}

test("at the level info nothing is said of what was served, or refused for good reason", async (t) => {
  const { server, lines } = logged(t, "info");
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("register-intent", { id: "VM", ...intent });
  await server.ask({ url: "/v1/nothing" });
  await server.ask({ method: "POST", url: "/v1/batch", payload: { commands: [{ command: "no" }] } });
  assert.deepEqual(lines(), []);
});

test("what could not be served has a line with request, actor, route, record, status and code", async (t) => {
  const { server, lines } = logged(t, "info", { store: new BrokenStore() });
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-freed", { id: "vm-2" });
  assert.deepEqual(lines().map(about), [
    [
      "warn",
      "refused",
      { method: "POST", route: "/v1/resources", code: "store-unavailable", record: "vm", status: 503 },
    ],
  ]);
});

test("of a batch those items have a line that could not be served", async (t) => {
  const { server, lines } = logged(t, "info", { store: new BrokenStore() });
  const commands = [
    { command: "report-freed", id: "unknown" },
    { command: "register-intent", id: "vm", ...intent },
  ];
  await server.ask({ method: "POST", url: "/v1/batch", payload: { commands } });
  const line = { item: 1, command: "register-intent", code: "store-unavailable", record: "vm", status: 503 };
  assert.deepEqual(lines().map(about).at(-1), ["warn", "refused", line]);
});

test("of many that could not be served ten a second have a line, and the next one tells how many had none", async (t) => {
  const store = new BrokenStore();
  const { server, lines } = logged(t, "info", { store });
  const now = performance.now.bind(performance);
  let ahead = 0;
  t.mock.method(performance, "now", () => now() / 1e6 + ahead);
  for (let count = 0; count < 50; count++) await server.tell("register-intent", { ...intent });
  assert.equal(lines().length, 10);
  ahead = 1_500;
  await server.tell("register-intent", { ...intent });
  assert.deepEqual(
    lines().map(({ skipped }) => skipped),
    [40],
  );
});

test("at the level debug every request has a line", async (t) => {
  const { server, lines } = logged(t, "debug");
  await server.tell("begin-allocation", {
    id: "run",
    application: "probe",
    module: "nova",
    resources: [
      { type: "vm", owner: "me" },
      { id: "disk", type: "volume", owner: "me" },
    ],
  });
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-allocated", { id: "vm", externalId: "i-1" });
  await server.tell("report-freed", { id: "nobody" });
  await server.look("get-resource", { id: "vm" });
  await server.look("list-resources", {});
  await server.ask({ url: "/v1/nothing?token=x" });
  await server.ask({ method: "DELETE", url: "/v1/resources/vm" });
  assert.deepEqual(lines().map(about), [
    [
      "debug",
      "answered",
      { method: "POST", route: "/v1/allocations", members: ["run-1", "disk"], record: "run", status: 201 },
    ],
    ["debug", "answered", { method: "POST", route: "/v1/resources", record: "vm", status: 201 }],
    [
      "debug",
      "answered",
      { method: "POST", route: "/v1/resources/:id/allocated", record: "vm", status: 200 },
    ],
    [
      "debug",
      "answered",
      {
        method: "POST",
        route: "/v1/resources/:id/freed",
        code: "unknown-resource",
        record: "nobody",
        status: 404,
      },
    ],
    ["debug", "answered", { method: "GET", route: "/v1/resources/:id", record: "vm", status: 200 }],
    ["debug", "answered", { method: "GET", route: "/v1/resources", status: 200 }],
    ["debug", "answered", { method: "GET", code: "unknown-route", status: 404 }],
    [
      "debug",
      "answered",
      { method: "DELETE", route: "/v1/resources/:id", code: "method-not-allowed", record: "vm", status: 405 },
    ],
  ]);
});

test("at the level debug every item of a batch has a line, in the order of the items", async (t) => {
  const { server, lines } = logged(t, "debug");
  const items = [
    { command: "register-intent", id: "vm", ...intent },
    { command: "s3cret", id: "s3cret-id" },
    null,
    { command: "report-freed", id: "nobody" },
  ];
  const ndjson = `${items.map((item) => JSON.stringify(item)).join("\n")}\n{`;
  for (const [payload, type] of [
    [JSON.stringify({ commands: items }), "application/json"],
    [ndjson, "application/x-ndjson"],
  ] as const) {
    await server.ask({ method: "POST", url: "/v1/batch", payload, headers: { "content-type": type } });
    const isLines = type !== "application/json";
    assert.deepEqual(lines().map(about), [
      [
        "debug",
        "answered",
        { item: 0, command: "register-intent", record: "vm", status: isLines ? 200 : 201 },
      ],
      ["debug", "answered", { item: 1, code: "unknown-command", record: "s3cret-id", status: 400 }],
      ["debug", "answered", { item: 2, code: "invalid-input", status: 400 }],
      [
        "debug",
        "answered",
        { item: 3, command: "report-freed", code: "unknown-resource", record: "nobody", status: 404 },
      ],
      ...(isLines ? [["debug", "answered", { item: 4, code: "not-json", status: 400 }]] : []),
      ["debug", "answered", { method: "POST", route: "/v1/batch", status: 200 }],
    ]);
  }
});

test("a command of drett 0.1 has a line with its record, too", async (t) => {
  const { server, lines } = logged(t, "debug");
  const payload = { cmd: "BeginAllocation", allocation_id: "x", application: "a", module: "m", timeout: 60 };
  await server.app.inject({ method: "POST", url: "/drett", payload });
  await server.app.inject({ method: "POST", url: "/drett", payload: { cmd: "s3cret" } });
  const [began, unknown] = lines().map(about);
  assert.match(JSON.stringify(began), /"route":"\/drett","record":"[a-z0-9-]+","status":200/);
  assert.deepEqual(unknown, [
    "debug",
    "answered",
    { method: "POST", route: "/drett", code: "unknown-command", status: 400 },
  ]);
});

for (const [what, given] of [
  ["a UUID", "0190163d-8694-739b-aea5-966c26f8ad91"],
  ["a trace id", "Root=1-67891233-abcdef012345678912345678"],
  ["as many characters as there may be", "x".repeat(128)],
] as const) {
  test(`a request id that is ${what} is taken, answered and logged`, async (t) => {
    const { server, lines } = logged(t, "debug");
    const { headers } = await server.ask({ url: "/v1/resources", headers: { "x-request-id": given } });
    assert.equal(headers["x-request-id"], given);
    assert.equal(lines()[0]?.requestId, given);
  });
}

for (const [what, given] of [
  ["too long", "x".repeat(129)],
  ["empty", ""],
  ["not of the alphabet", 'a" forged="yes'],
  ["several", "a, b"],
  ["of control characters", "a\tb"],
] as const) {
  test(`a request id that is ${what} is replaced by one of the server's own`, async (t) => {
    const { server, lines } = logged(t, "debug");
    const { headers } = await server.ask({ url: "/v1/resources", headers: { "x-request-id": given } });
    assert.match(String(headers["x-request-id"]), /^[0-9a-f]{12}-[0-9a-z]+$/);
    assert.equal(lines()[0]?.requestId, headers["x-request-id"]);
  });
}

test("every answer names its request, and no two requests are called alike", async (t) => {
  const { server } = logged(t, "info");
  const seen = new Set<unknown>();
  for (const request of [
    { url: "/v1/resources" },
    { url: "/v1/resources" },
    { url: "/nothing" },
    { url: "/v1/%zz" },
    { url: "/v1/resources", headers: { host: "elsewhere.example" } },
    { method: "POST", url: "/v1/resources", payload: "{", headers: { "content-type": "application/json" } },
    { method: "PUT", url: "/v1/resources" },
    { method: "POST", url: "/drett", payload: {} },
    { url: "/healthz" },
  ] as const) {
    const { headers } = await server.app.inject(request);
    assert.match(String(headers["x-request-id"]), /^[0-9a-f]{12}-[0-9a-z]+$/, JSON.stringify(request));
    seen.add(headers["x-request-id"]);
  }
  assert.equal(seen.size, 9);
});

test("a stream names its request, and has a line when it ends", async (t) => {
  const { server, lines } = logged(t, "debug");
  const port = await server.listen();
  const stream = await EventStream.open(t, port);
  assert.match(stream.head, /x-request-id: [0-9a-f]{12}-1/i);
  await server.close();
  assert.deepEqual(lines().map(about), [
    ["debug", "answered", { method: "GET", route: "/v1/events", status: 200 }],
  ]);
});
