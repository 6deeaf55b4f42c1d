import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS } from "@drett/core";
import { intent, type Told, testServer } from "./support/test-server.ts";

/** For each command: what must have been told before, an input that is accepted, and what it is answered. */
const GIVEN: {
  readonly [name: string]: {
    readonly before?: readonly (readonly [name: string, input: Told])[];
    readonly input: Told;
    readonly reply: object;
    readonly creates?: true;
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
  extend: ofResource({ until: "2026-12-24T00:00:00Z" }),
  "free-by-attributes": {
    before: [
      ["register-intent", { id: "vm", ...intent }],
      ["report-allocated", { id: "vm", externalId: "i-1" }],
    ],
    input: { owner: "lpds", type: "vm", externalId: "i-1" },
    reply: { id: "vm" },
  },
};

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
    const facts = async () => (await server.look("read-events")).body.items as unknown[];
    const before = (await facts()).length;

    const first = await server.tell(name, given.input);
    assert.equal(first.status, given.creates ? 201 : 200);
    assert.deepEqual(first.body, given.reply);
    const recorded = await facts();
    assert.ok(recorded.length > before, "it left a fact");

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
