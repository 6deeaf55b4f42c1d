import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, proposePlan } from "@drett/core";
import { lapseSession } from "../../core/src/domain/commands/lapse-session.ts";
import { intent, type Told, testServer } from "./support/test-server.ts";

const LATER = "2026-12-24T00:00:00Z";
const ENGINE = {
  id: "engine",
  application: "probe",
  module: "nova",
  ttlSeconds: 60,
  host: "node-7",
  pid: 4711,
};

/** For each command: what must have been told before, an input that is accepted, and what it is answered. */
const GIVEN: {
  readonly [name: string]: {
    readonly before?: readonly (readonly [name: string, input: Told])[];
    readonly input: Told;
    readonly reply: object;
    readonly creates?: true;
    /** A plan waits. */
    readonly planned?: true;
    /** What drett itself has done since. */
    readonly meanwhile?: (server: ReturnType<typeof testServer>) => Promise<unknown>;
    /** It leaves no fact. */
    readonly isSilent?: true;
  };
} = {
  "begin-allocation": {
    input: {
      id: "fleet",
      application: "probe",
      module: "nova",
      resources: [{ id: "vm", type: "vm", owner: "me" }],
    },
    reply: { id: "fleet", resources: [{ id: "vm" }] },
    creates: true,
  },
  "finish-allocation": {
    before: [["begin-allocation", { id: "fleet", application: "probe", module: "nova" }]],
    input: { id: "fleet", outcome: "done" },
    reply: { id: "fleet" },
  },
  "register-intent": { input: { id: "vm", ...intent }, reply: { id: "vm" }, creates: true },
  "report-allocated": ofResource({ externalId: "i-1" }),
  "report-unknown": ofResource({ reason: "no reply" }),
  "report-failed": ofResource({ reason: "quota", allAttempts: true }),
  "report-releasing": ofResource({ timeoutSeconds: 60 }),
  "report-release-failed": ofResource({ reason: "still attached" }),
  "report-freed": ofResource({ externalId: "i-1" }),
  "open-session": { input: ENGINE, reply: { id: "engine" }, creates: true },
  heartbeat: {
    before: [["open-session", ENGINE]],
    input: { id: "engine" },
    reply: { id: "engine", application: "probe", state: "open", ttlSeconds: 60, lost: [] },
    isSilent: true,
  },
  "close-session": {
    before: [["open-session", ENGINE]],
    input: { id: "engine" },
    reply: { id: "engine" },
  },
  extend: ofResource({ until: "2026-12-24T00:00:00Z" }),
  "confirm-exists": decided({ externalId: "i-1" }),
  "confirm-never-created": decided(),
  "confirm-gone": decided(),
  "confirm-outcome": {
    before: [["begin-allocation", { id: "fleet", application: "probe", module: "nova" }]],
    input: { id: "fleet", seen: 1, outcome: "done", reason: "looked", decision: "d" },
    reply: { id: "fleet", decision: "d" },
  },
  "confirm-lapsed": {
    before: [["open-session", ENGINE]],
    meanwhile: ({ engine, clock }) => {
      const together = { silent: 9, of: 10 };
      const until = clock.now() + 3_600_000;
      return engine.submit(lapseSession, { id: "engine", together, until }, "drett");
    },
    input: { id: "engine", seen: 2, reason: "looked", decision: "d" },
    reply: { id: "engine", decision: "d" },
  },
  forget: decided(),
  hold: { ...ofResource({ hold: "h", until: LATER, reason: "in use" }), reply: { id: "vm", hold: "h" } },
  "reclaim-now": {
    before: [
      ["register-intent", { id: "vm", ...intent }],
      ["report-allocated", { id: "vm", externalId: "i-1" }],
    ],
    input: { id: "vm", seen: 2, reason: "lost", decision: "d" },
    reply: { id: "vm", decision: "d" },
  },
  freeze: { input: { id: "storm", reason: "a storm" }, reply: { id: "storm" }, creates: true },
  thaw: {
    before: [["freeze", { id: "storm", reason: "a storm" }]],
    input: { id: "storm", reason: "over" },
    reply: { id: "storm" },
  },
  "approve-plan": {
    planned: true,
    input: { id: "plan", count: 1, hash: "hash", reason: "looked through" },
    reply: { id: "plan" },
  },
  "abort-plan": { planned: true, input: { id: "plan", reason: "not these" }, reply: { id: "plan" } },
  unhold: {
    before: [
      ["register-intent", { id: "vm", ...intent }],
      ["hold", { id: "vm", hold: "h", until: LATER, reason: "in use" }],
    ],
    input: { id: "vm", seen: 2, hold: "h", reason: "done" },
    reply: { id: "vm", hold: "h" },
  },
  "free-by-attributes": {
    before: [
      ["register-intent", { id: "vm", ...intent }],
      ["report-allocated", { id: "vm", externalId: "i-1" }],
    ],
    input: { owner: "lpds", type: "vm", externalId: "i-1" },
    reply: { id: "vm" },
  },
};

const PLAN = {
  id: "plan",
  policy: "ci",
  items: [
    {
      resource: "vm",
      version: 2,
      externalIds: ["i-1"],
      type: "vm",
      owner: "me",
      application: "probe",
      says: "It is over.",
    },
  ],
  hash: "hash",
  cost: [],
  expires: Date.parse(LATER),
};

/** A person's word on an unknown outcome. */
function decided(more = {}) {
  return {
    before: [
      ["register-intent", { id: "vm", ...intent }],
      ["report-unknown", { id: "vm", reason: "no reply" }],
    ],
    input: { id: "vm", seen: 2, reason: "looked", decision: "d", ...more },
    reply: { id: "vm", decision: "d" },
  } as const;
}

function ofResource(input: object) {
  const before = [["register-intent", { id: "vm", ...intent }]] as const;
  return { before, input: { id: "vm", ...input }, reply: { id: "vm" } };
}

for (const { name } of COMMANDS) {
  test(`${name} is recorded once, and answered alike when it comes again`, async (t) => {
    const given = GIVEN[name];
    assert.ok(given, "a command without an example");
    const server = testServer(t);
    for (const [earlier, input] of given.before ?? []) await server.tell(earlier, input);
    if (given.planned) await server.engine.submit(proposePlan, PLAN, "drett");
    await given.meanwhile?.(server);
    const facts = async () => (await server.look("read-events")).body.items as unknown[];
    const before = (await facts()).length;

    const first = await server.tell(name, given.input);
    assert.equal(first.status, given.creates ? 201 : 200);
    assert.deepEqual(first.body, given.reply);
    const recorded = await facts();
    assert.equal(recorded.length > before, !given.isSilent, "it left a fact");

    const again = await server.tell(name, given.input);
    assert.equal(again.status, 200);
    assert.equal(again.headers.location, undefined);
    assert.deepEqual(again.body, given.reply);
    assert.deepEqual(await facts(), recorded, "the replay changed nothing");
  });
}

test("a creation says where it can be found", async (t) => {
  const server = testServer(t);
  const created = await server.tell("register-intent", intent);
  assert.equal(created.status, 201);
  assert.equal(created.headers.location, "/v1/resources/d1");
  const { status, body } = await server.ask({ url: created.headers.location });
  assert.deepEqual([status, body.id, body.state], [200, "d1", "pending"]);
});

test("an allocation that was begun can be found where its answer says", async (t) => {
  const server = testServer(t);
  const created = await server.tell("begin-allocation", { application: "probe", module: "nova" });
  assert.equal(created.headers.location, "/v1/allocations/d1");
  const { body } = await server.ask({ url: "/v1/allocations/d1" });
  assert.equal(body.state, "open");
});

test("a report that describes itself is accepted before its registration, and answered 200", async (t) => {
  const server = testServer(t);
  const { status, body } = await server.tell("report-allocated", { id: "vm", externalId: "i-1", ...intent });
  assert.deepEqual([status, body], [200, { id: "vm" }]);
});

test("the id may stand in the path and the body alike", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  const { status } = await server.ask({
    method: "POST",
    url: "/v1/resources/vm/unknown",
    payload: { id: "vm", reason: "no reply" },
  });
  assert.equal(status, 200);
});

test("a command whose fields may all be left out needs no body", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  const { status } = await server.ask({ method: "POST", url: "/v1/resources/vm/freed" });
  assert.equal(status, 200);
  const empty = await server.ask({
    method: "POST",
    url: "/v1/resources/vm/releasing",
    headers: { "content-type": "application/json" },
    payload: "",
  });
  assert.equal(empty.status, 200);
});

test("a decision carries the version that the answer showed, and is refused once that has changed", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-unknown", { id: "vm", reason: "no reply" });
  const { body: saw } = await server.look("get-resource", { id: "vm" });
  assert.equal(saw.version, 2);
  const word = { seen: saw.version, reason: "not at the provider" };
  await server.tell("report-allocated", { id: "vm", externalId: "i-1" });
  const url = "/v1/resources/vm/confirm-never-created";
  const refusal = await server.refuses({ method: "POST", url, payload: word }, "changed-since");
  assert.equal(refusal.version, 3);
  const again = { ...word, seen: refusal.version };
  const forbidden = await server.refuses({ method: "POST", url, payload: again }, "not-in-this-state");
  assert.equal(forbidden.state, "allocated");
});

test("a decision without a reason is refused, and so is one that tells nothing of what was seen", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  for (const [path, whole] of [
    ["forget", { seen: 1, reason: "written off" }],
    ["confirm-never-created", { seen: 1, reason: "looked" }],
    ["unhold", { seen: 1, hold: "h", reason: "done" }],
    ["holds", { until: LATER, reason: "in use" }],
  ] as const) {
    for (const field of Object.keys(whole)) {
      const { [field as never]: _, ...payload } = whole as Record<string, unknown>;
      await server.refuses({ method: "POST", url: `/v1/resources/vm/${path}`, payload }, "missing-field");
    }
  }
});

test("a hold is shown until it is lifted, and found when it has ended", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-allocated", { id: "vm", externalId: "i-1" });
  const { body } = await server.tell("hold", { id: "vm", until: "2026-11-23T10:30:00Z", reason: "in use" });
  const holds = async () => (await server.look("get-resource", { id: "vm" })).body.holds;
  const shown = { hold: body.hold, until: "2026-11-23T10:30:00.000Z", reason: "in use", actor: "local" };
  assert.deepEqual(await holds(), [shown]);
  server.clock.advance(3_600);
  await server.engine.sweep();
  const found = await server.look("list-findings", { kind: "hold-ended" });
  assert.equal((found.body.items as unknown[]).length, 1);
  await server.tell("unhold", { id: "vm", seen: 3, hold: body.hold, reason: "done" });
  assert.deepEqual(await holds(), []);
  assert.deepEqual((await server.look("list-findings")).body.items, []);
});

test("what was forgotten stays in the lists, and is no finding", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-unknown", { id: "vm", reason: "no reply" });
  await server.tell("forget", { id: "vm", seen: 2, reason: "the account is closed" });
  assert.deepEqual((await server.look("list-findings")).body.items, []);
  const { body } = await server.look("list-resources", { state: "forgotten" });
  assert.deepEqual(
    (body.items as { id: string }[]).map(({ id }) => id),
    ["vm"],
  );
});
