import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Body } from "./support/contract.ts";
import { START, type TestServer, testServer } from "./support/test-server.ts";

/** A fleet of three: one exists, of one the outcome is unknown, one is only planned; and one vm of another owner. */
async function someResources(t: TestContext): Promise<TestServer> {
  const server = testServer(t);
  const price = { amount: 0.5, currency: "EUR", per: "hour" };
  await server.tell("begin-allocation", {
    id: "fleet",
    application: "probe",
    module: "nova",
    label: "nightly",
    resources: [
      { id: "vm-1", type: "vm", owner: "lpds", labels: { env: "test", zone: "a" }, price },
      { id: "vm-2", type: "vm", owner: "lpds", labels: { env: "test", zone: "b" } },
      { id: "disk", type: "volume", owner: "lpds" },
    ],
  });
  await server.tell("report-allocated", { id: "vm-1", externalId: "i-1", data: { flavour: "m1" } });
  await server.tell("report-unknown", { id: "vm-2", reason: "the reply did not come" });
  await server.tell("register-intent", { id: "other", application: "farm", type: "vm", owner: "sztaki" });
  return server;
}

const idsOf = ({ items }: Body) => (items as { id: string }[]).map(({ id }) => id);

const FILTERS: readonly (readonly [query: { readonly [field: string]: string }, ids: readonly string[]])[] = [
  [{}, ["other", "disk", "vm-2", "vm-1"]],
  [{ state: "pending" }, ["other", "disk"]],
  [{ finding: "unknown-outcome" }, ["vm-2"]],
  [{ application: "farm" }, ["other"]],
  [{ module: "nova" }, ["disk", "vm-2", "vm-1"]],
  [{ owner: "sztaki" }, ["other"]],
  [{ type: "volume" }, ["disk"]],
  [{ allocation: "fleet" }, ["disk", "vm-2", "vm-1"]],
  [{ externalId: "i-1" }, ["vm-1"]],
  [{ label: "env=test" }, ["vm-2", "vm-1"]],
  [{ owner: "lpds", type: "vm", state: "allocated" }, ["vm-1"]],
  [{ owner: "nobody" }, []],
];
for (const [query, ids] of FILTERS) {
  test(`resources by ${JSON.stringify(query)}`, async (t) => {
    const server = await someResources(t);
    const { status, body } = await server.look("list-resources", query);
    assert.deepEqual([status, idsOf(body), body.next], [200, ids, null]);
  });
}

test("a label that stands twice in the query asks for both", async (t) => {
  const server = await someResources(t);
  const { body } = await server.ask({ url: "/v1/resources?label=env%3Dtest&label=zone%3Da" });
  assert.deepEqual(idsOf(body), ["vm-1"]);
});

test("a list is paged without a gap or a repetition", async (t) => {
  const server = await someResources(t);
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const { body } = await server.look("list-resources", { limit: "1", ...(cursor ? { cursor } : {}) });
    seen.push(...idsOf(body));
    cursor = body.next as string | null;
  } while (cursor !== null);
  assert.deepEqual(seen, ["other", "disk", "vm-2", "vm-1"]);
});

test("a resource tells its state, what is wrong, and all its facts", async (t) => {
  const server = await someResources(t);
  const { body } = await server.look("get-resource", { id: "vm-2" });
  const facts = body.facts as { kind: string; at: string; actor: string }[];
  assert.deepEqual(
    facts.map(({ kind, actor }) => [kind, actor]),
    [
      ["intent", "local"],
      ["unknown", "local"],
    ],
  );
  assert.equal(facts[1]?.at, new Date(START).toISOString());
  const [finding] = body.findings as { kind: string; evidence: unknown[] }[];
  assert.deepEqual(
    [body.state, finding?.kind, finding?.evidence],
    ["unknown", "unknown-outcome", [facts[1]]],
  );
});

test("a resource that has a price tells what it has cost", async (t) => {
  const server = await someResources(t);
  server.clock.advance(2 * 3_600);
  const { body } = await server.look("get-resource", { id: "vm-1" });
  assert.deepEqual(body.cost, { currency: "EUR", perHour: 0.5, soFar: 1 });
});

test("an allocation tells its deadline and its facts", async (t) => {
  const server = await someResources(t);
  const { body } = await server.look("get-allocation", { id: "fleet" });
  assert.deepEqual([body.state, body.label, body.deadline], ["open", "nightly", "2026-11-23T09:40:00.000Z"]);
  assert.equal((body.facts as unknown[]).length, 1);
});

for (const [query, ids] of [
  [{}, ["fleet"]],
  [{ label: "nightly" }, ["fleet"]],
  [{ state: "done" }, []],
  [{ finding: "overdue-allocation" }, []],
  [{ application: "probe", module: "nova" }, ["fleet"]],
] as const) {
  test(`allocations by ${JSON.stringify(query)}`, async (t) => {
    const server = await someResources(t);
    const { body } = await server.look("list-allocations", query);
    assert.deepEqual(idsOf(body), ids);
  });
}

test("the findings stand worst first, each with its record; what passes with time appears by the sweep", async (t) => {
  const server = await someResources(t);
  const kinds = async (query = {}) =>
    ((await server.look("list-findings", query)).body.items as { kind: string }[]).map(({ kind }) => kind);
  assert.deepEqual(await kinds(), ["unknown-outcome"]);
  server.clock.advance(3_600);
  await server.engine.sweep();
  assert.deepEqual(await kinds(), [
    "unknown-outcome",
    "abandoned",
    "overdue-intent",
    "overdue-intent",
    "overdue-allocation",
  ]);
  assert.deepEqual(await kinds({ kind: "overdue-intent", owner: "sztaki" }), ["overdue-intent"]);
});

test("the summary counts what is wrong by kind, application, owner and type", async (t) => {
  const server = await someResources(t);
  server.clock.advance(3_600);
  await server.engine.sweep();
  const { body } = await server.look("summarize-findings");
  assert.deepEqual([body.count, body.capped, body.unpriced], [5, false, 3]);
  assert.deepEqual(body.byApplication, [
    { name: "probe", count: 4 },
    { name: "farm", count: 1 },
  ]);
  assert.deepEqual(body.byOwner, [
    { name: "lpds", count: 3 },
    { name: "sztaki", count: 1 },
  ]);
  assert.deepEqual(body.costs, [{ currency: "EUR", perHour: 0.5, soFar: 0.5 }]);
});

test("the summary of a store in which nothing is wrong says so", async (t) => {
  const { body } = await testServer(t).look("summarize-findings");
  assert.deepEqual([body.count, body.oldest, body.byKind], [0, null, []]);
});

for (const [url, code] of [
  ["/v1/resources/nothing-here", "unknown-resource"],
  ["/v1/allocations/nothing-here", "unknown-allocation"],
  ["/v1/resources/Not_An_Id", "invalid-id"],
  ["/v1/allocations/-", "invalid-id"],
  ["/v1/resources?cursor=made-up", "invalid-cursor"],
  ["/v1/allocations?cursor=%5B%5D", "invalid-cursor"],
  ["/v1/findings?cursor=made-up", "invalid-cursor"],
  ["/v1/events?after=made-up", "invalid-cursor"],
  ["/v1/events?after=999", "invalid-cursor"],
] as const) {
  test(`${url} is refused as ${code}`, async (t) => {
    await testServer(t).refuses({ url }, code);
  });
}

test("a cursor of one list is no cursor of another", async (t) => {
  const server = await someResources(t);
  const { body } = await server.look("list-resources", { limit: "1" });
  await server.refuses({ url: "/v1/findings", query: { cursor: String(body.next) } }, "invalid-cursor");
});
