import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
  COMMANDS,
  changeOf,
  DEFAULTS,
  type Policy,
  proposePlan,
  READS,
  type ToldByWebhook,
  WEBHOOK_TAG,
} from "@drett/core";
import { bearer, keyedServer } from "./support/keyed-server.ts";
import { contentsOf, START, type Told } from "./support/test-server.ts";

const MINE = { application: "mine", type: "vm", owner: "me" };
const THEIRS = { application: "theirs", type: "vm", owner: "them" };
const SOON = "2026-11-23T12:00:00.000Z";
const word = { seen: 1, reason: "I looked", decision: "word" };

/** What another application has recorded, so that each command and read could meet with it. */
const WORLD: readonly [command: string, Told][] = [
  [
    "begin-allocation",
    { id: "a-theirs", application: "theirs", module: "m", label: "block 7", timeoutSeconds: 60 },
  ],
  ["register-intent", { id: "theirs", allocation: "a-theirs", ...THEIRS, labels: { rack: "7" } }],
  ["report-allocated", { id: "theirs", externalId: "i-1" }],
  ["register-intent", { id: "theirs-2", ...THEIRS, timeoutSeconds: 0 }],
  ["report-unknown", { id: "theirs-2", reason: "no reply" }],
  [
    "open-session",
    { id: "s-theirs", application: "theirs", module: "m", ttlSeconds: 86_400, host: "block 7" },
  ],
  ["hold", { id: "theirs", hold: "keep", until: SOON, reason: "in use" }],
  ["finish-allocation", { id: "a-theirs", outcome: "failed" }],
  ["freeze", { id: "f-all", reason: "block 7 burns" }],
];

/** For every command, what a key for another application may try with it. */
const TRIES: { readonly [command: string]: readonly Told[] } = {
  "begin-allocation": [
    { id: "a-new", application: "theirs", module: "m" },
    {
      id: "a-mine",
      application: "mine",
      module: "m",
      resources: [{ id: "m-1", ...MINE, application: "theirs" }],
    },
  ],
  "finish-allocation": [{ id: "a-theirs", outcome: "done" }],
  "register-intent": [
    { id: "new", ...THEIRS },
    { id: "in-theirs", allocation: "a-theirs", ...MINE },
    { id: "nobodys", allocation: "a-theirs", type: "vm", owner: "me" },
  ],
  "report-allocated": [{ id: "theirs", externalId: "i-2" }],
  "report-unknown": [{ id: "theirs", reason: "?" }],
  "report-failed": [{ id: "theirs", reason: "?" }],
  "report-releasing": [{ id: "theirs" }],
  "report-release-failed": [{ id: "theirs", reason: "?" }],
  "report-freed": [{ id: "theirs" }, { id: "theirs", externalId: "i-1" }],
  "free-by-attributes": [{ owner: "them", type: "vm", externalId: "i-1" }],
  extend: [{ id: "theirs", until: SOON }],
  "open-session": [{ id: "s-new", application: "theirs", module: "m", ttlSeconds: 60 }],
  heartbeat: [{ id: "s-theirs" }],
  "close-session": [{ id: "s-theirs" }],
  "confirm-exists": [{ id: "theirs", externalId: "i-3", ...word }],
  "confirm-never-created": [{ id: "theirs-2", ...word }],
  "confirm-gone": [{ id: "theirs", ...word }],
  "confirm-outcome": [{ id: "a-theirs", outcome: "done", ...word }],
  "confirm-lapsed": [{ id: "s-theirs", ...word }],
  forget: [{ id: "theirs", ...word }],
  hold: [{ id: "theirs", hold: "mine", until: SOON, reason: "?" }],
  "reclaim-now": [{ id: "theirs", ...word }],
  freeze: [{ id: "f-new", reason: "?" }],
  thaw: [{ id: "f-all", reason: "?" }],
  "approve-plan": [{ id: "p-all", count: 1, hash: "?", reason: "?" }],
  "abort-plan": [{ id: "p-all", reason: "?" }],
  unhold: [{ id: "theirs", hold: "keep", reason: "?", seen: 1 }],
};

const LOOKS: { readonly [read: string]: readonly { readonly [field: string]: string }[] } = {
  "list-resources": [
    {},
    { application: "theirs" },
    { owner: "them" },
    { externalId: "i-1" },
    { allocation: "a-theirs" },
    { session: "s-theirs" },
    { label: "rack=7" },
    { finding: "unknown-outcome" },
    { limit: "1" },
  ],
  "get-resource": [{ id: "theirs" }, { id: "in-theirs" }],
  "list-allocations": [{}, { application: "theirs" }, { label: "block 7" }],
  "get-allocation": [{ id: "a-theirs" }],
  "list-sessions": [{}, { application: "theirs" }],
  "get-session": [{ id: "s-theirs" }],
  "list-findings": [{}, { application: "theirs" }, { kind: "unknown-outcome" }],
  "list-policies": [{}],
  // Of one's own it tells that there is a freeze, as it must: see get-policy.test.ts.
  "get-policy": [{ id: "theirs" }],
  "list-plans": [{}],
  "get-plan": [{ id: "p-all" }],
  "list-freezes": [{}],
  "summarize-findings": [{}],
  "list-webhooks": [{}],
  "read-events": [{}],
};

const OLD: readonly object[] = [
  { cmd: "AllocationSuccess", oid: "block 7" },
  { cmd: "AllocationFailed", oid: "block 7", reason: "?" },
  { cmd: "ResourceFreedByAttributes", resource_owner: "them", resource_type: "vm", resource_id: "i-1" },
];

/** What may be freed of theirs, and how. */
const policy: Policy = {
  name: "block-7",
  match: { application: ["theirs"], owner: ["them"] },
  mode: "observe",
  settlesNeverCreated: false,
  graceSeconds: 0,
  attempts: {
    most: 1,
    limitSeconds: 60,
    firstPauseSeconds: 60,
    longestPauseSeconds: 60,
    stuckPauseSeconds: 60,
  },
  budget: { count: 0, percent: 0, windowSeconds: 60 },
  startFreezeSeconds: 0,
  settleSeconds: 0,
};

/** A list of theirs, which a person may approve. */
const PLAN = {
  id: "p-all",
  policy: policy.name,
  items: [{ resource: "theirs", version: 2, externalIds: ["i-1"], ...THEIRS, says: "It is of block 7." }],
  hash: "?",
  cost: [],
  expires: START + 86_400_000,
};

/** Two servers, one of which has the records of another application; what a key for mine gets is told by both. */
async function twins(t: TestContext) {
  const defaults = { ...DEFAULTS, reclaim: { policies: [policy], served: [] } };
  const [full, empty] = [keyedServer(t, { engine: { defaults } }), keyedServer(t)];
  const { server } = full;
  const all = bearer(full.add("all"));
  for (const [command, { id = "", ...input }] of WORLD) {
    const operation = COMMANDS.find(({ name }) => name === command) ?? assert.fail(command);
    const { status, body } = await server.ask(requestOf(operation.route ?? "", { id, ...input }, all));
    assert.ok(status < 300, `${command}: ${JSON.stringify(body)}`);
  }
  const planned = await server.engine.submit(proposePlan, PLAN, "drett");
  assert.ok("reply" in planned);
  const told: ToldByWebhook = { name: "theirs", host: "block 7", deliveries: [] };
  const webhook = { kind: "delivery", id: "webhook-theirs", tags: [WEBHOOK_TAG], body: told } as const;
  assert.deepEqual(await server.store.commit([changeOf(webhook, 0)]), ["applied"]);
  const keys = [full, empty].map(
    (keyed) => [keyed.server, bearer(keyed.add("mine", undefined, ["mine"]))] as const,
  );
  return {
    server,
    all,
    advance: (seconds: number) => [full, empty].forEach((keyed) => keyed.advance(seconds)),
    sweep: () => Promise.all([full, empty].map(({ server }) => server.engine.sweep())),
    /** Asks both, and holds that they answer alike. */
    async alike(requestWith: (headers: object) => ReturnType<typeof requestOf>, what: string) {
      const answers = await Promise.all(
        keys.map(async ([server, headers]) => {
          const { statusCode: status, payload } = await server.app.inject(requestWith(headers));
          return { status, body: JSON.parse(payload) as { [field: string]: unknown } };
        }),
      );
      const [seen, expected] = answers.map(({ status, body }) => ({ status, body: withoutCursors(body) }));
      assert.deepEqual(seen, expected, what);
      return answers[0] ?? assert.fail();
    },
  };
}

/** They are opaque, and tell how far a store has come. */
const withoutCursors = (body: object) =>
  JSON.parse(
    JSON.stringify(body, (name, value: unknown) =>
      (name === "cursor" || name === "next") && value !== null ? "somewhere" : value,
    ),
  ) as object;

function requestOf(route: string, { id = "", ...input }: Told, headers: object) {
  const [method = "", path = ""] = route.split(" ");
  const url = path.replace("{id}", id);
  const named = path.includes("{id}") || id === "" ? input : { id, ...input };
  return method === "GET"
    ? { method: "GET" as const, url, headers: { ...headers }, query: named as { [field: string]: string } }
    : { method: "POST" as const, url, headers: { ...headers }, payload: named };
}

test("every command answers a key for another application as if the record were not there, and leaves it", async (t) => {
  const { server, alike } = await twins(t);
  const before = await contentsOf(server.store);
  for (const { name, route = "" } of COMMANDS) {
    for (const told of TRIES[name] ?? assert.fail(`${name} is not tried`)) {
      if (told.id === "in-theirs") continue;
      const { status } = await alike(
        (headers) => requestOf(route, told, headers),
        `${name} ${JSON.stringify(told)}`,
      );
      assert.ok(status >= 400, name);
    }
  }
  assert.deepEqual(await contentsOf(server.store), before);
});

test("so does every item of a batch, and the old protocol", async (t) => {
  const { server, alike } = await twins(t);
  const before = await contentsOf(server.store);
  const commands = COMMANDS.flatMap(({ name }) =>
    (TRIES[name] ?? []).filter(({ id }) => id !== "in-theirs").map((told) => ({ command: name, ...told })),
  );
  const batch = await alike((headers) => requestOf("POST /v1/batch", { commands }, headers), "batch");
  assert.ok((batch.body.results as { status: number }[]).every(({ status }) => status >= 400));
  for (const told of OLD)
    await alike((headers) => requestOf("POST /drett", { ...told }, headers), JSON.stringify(told));
  assert.deepEqual(await contentsOf(server.store), before);
});

test("every read tells it nothing, also when it has records of its own, one of them in the other's allocation", async (t) => {
  const { alike, advance, sweep } = await twins(t);
  const look = async () => {
    for (const { name, route } of READS) {
      for (const query of LOOKS[name] ?? assert.fail(`${name} is not looked at`)) {
        const { body } = await alike(
          (headers) => requestOf(route, query, headers),
          `${name} ${JSON.stringify(query)}`,
        );
        assert.doesNotMatch(JSON.stringify(body), /"them"|i-1|block.7/);
      }
    }
  };
  await look();
  for (const id of ["mine", "in-theirs", "mine-2"]) {
    const told = { id, ...MINE, ...(id === "in-theirs" && { allocation: "a-theirs" }) };
    const { status } = await alike((headers) => requestOf("POST /v1/resources", told, headers), id);
    assert.equal(status, 201);
    const path = `POST /v1/resources/${id}/allocated`;
    await alike((headers) => requestOf(path, { externalId: `x-${id}` }, headers), path);
  }
  await look();
  for (let hours = 0; hours < 3; hours++) {
    advance(3_600);
    await sweep();
    await look();
  }
});

test("what becomes of the other's session is not told to whoever names it in a record of his own", async (t) => {
  const { server, all, alike, advance, sweep } = await twins(t);
  const own = { id: "endless", ...MINE, session: "s-theirs", ttlSeconds: null };
  await alike((headers) => requestOf("POST /v1/resources", own, headers), "intent");
  const allocated = { externalId: "x-1" };
  await alike((headers) => requestOf("POST /v1/resources/endless/allocated", allocated, headers), "report");
  await server.ask(requestOf("POST /v1/sessions/{id}/close", { id: "s-theirs" }, all));
  const routes = ["GET /v1/resources/endless", "GET /v1/findings", "GET /v1/events"];
  for (const hours of [0, 1, 23, 1]) {
    advance(3_600 * hours);
    await sweep();
    for (const route of routes) await alike((headers) => requestOf(route, {}, headers), route);
  }
  const { body } = await server.ask(requestOf("GET /v1/resources/endless", {}, all));
  assert.deepEqual(
    (body.findings as { kind: string }[]).map(({ kind }) => kind),
    ["unwatched"],
    "as if the session had never been opened",
  );
  assert.doesNotMatch(JSON.stringify(body.findings), /block 7/, "the host of the other's engine");
});

test("that an id is taken is all that it can learn, and only by registering it", async (t) => {
  const { server } = await twins(t);
  const keyed = keyedServer(t, { store: server.store });
  const headers = bearer(keyed.add("mine", undefined, ["mine"]));
  const before = await contentsOf(server.store);
  const tries: readonly [string, Told][] = [
    ["POST /v1/resources", { id: "theirs", ...MINE }],
    ["POST /v1/resources/{id}/allocated", { id: "theirs", externalId: "i-9", ...MINE }],
    ["POST /v1/allocations", { id: "a-theirs", application: "mine", module: "m" }],
    [
      "POST /v1/allocations",
      {
        id: "a-x",
        application: "mine",
        module: "m",
        resources: [{ id: "theirs", ...MINE, application: undefined }],
      },
    ],
  ];
  for (const [route, told] of tries) {
    const body = await keyed.server.refuses(requestOf(route, told, headers), "id-used");
    assert.match(String(body.detail), /^[\w-]+ is taken\.$/);
  }
  assert.deepEqual(await contentsOf(server.store), before);
});

test("a key for several applications pages through all of theirs, and through no other's", async (t) => {
  const keyed = keyedServer(t);
  const { server } = keyed;
  const all = bearer(keyed.add("all"));
  const applications = ["a", "b", "c", "d"];
  for (let count = 0; count < 5; count++) {
    for (const application of applications) {
      const told = { id: `${application}-${count}`, application, type: "vm", owner: "me", timeoutSeconds: 0 };
      await server.ask(requestOf("POST /v1/resources", told, all));
    }
  }
  keyed.advance(600);
  await server.engine.sweep();
  const some = bearer(keyed.add("some", undefined, ["b", "d", "nothing", "a"]));
  for (const url of ["/v1/resources", "/v1/findings"]) {
    for (const limit of [1, 2, 5, 7, 1_000]) {
      const ids: string[] = [];
      for (let cursor: unknown = "", pages = 0; cursor !== null; pages++) {
        assert.ok(pages <= 20);
        const query = { limit: String(limit), ...(cursor !== "" && { cursor: String(cursor) }) };
        const { body } = await server.ask({ url, query, headers: some });
        const items = body.items as { id?: string; resource?: { id: string } }[];
        assert.ok(items.length <= limit);
        ids.push(...items.map((item) => item.resource?.id ?? item.id ?? ""));
        cursor = body.next;
      }
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        [...ids].sort(),
        ["a", "b", "d"].flatMap((it) => [0, 1, 2, 3, 4].map((n) => `${it}-${n}`)),
      );
    }
  }
  for (const cursor of ["9~", "x", "0~nonsense", "~", "-1~"]) {
    await server.refuses({ url: "/v1/resources", query: { cursor }, headers: some }, "invalid-cursor");
  }
  const { body } = await server.ask({ url: "/v1/findings/summary", headers: some });
  assert.deepEqual(
    (body.byApplication as { name: string; count: number }[])
      .map(({ name, count }) => `${name} ${count}`)
      .sort(),
    ["a 5", "b 5", "d 5"],
  );
});

test("the feed of such a key has its own events, in order, and goes on past those of others", async (t) => {
  const keyed = keyedServer(t);
  const { server } = keyed;
  const all = bearer(keyed.add("all"));
  for (let count = 0; count < 60; count++) {
    const application = count % 20 === 7 ? "mine" : "theirs";
    await server.ask(requestOf("POST /v1/resources", { id: `r-${count}`, ...MINE, application }, all));
  }
  const mine = bearer(keyed.add("mine", ["read"], ["mine"]));
  const ids: string[] = [];
  for (let after = "", reads = 0; reads < 30; reads++) {
    const query = { limit: "1", ...(after !== "" && { after }) };
    const { body } = await server.ask({ url: "/v1/events", query, headers: mine });
    ids.push(...(body.items as { resource: string }[]).map(({ resource }) => resource));
    after = String(body.cursor);
  }
  assert.deepEqual(ids, ["r-7", "r-27", "r-47"]);
});

test("how much another application may have is not told to whoever asks for it", async (t) => {
  const quotas = { theirs: { live: 1 }, mine: { live: 1 } };
  const keyed = keyedServer(t, { engine: { quotas } });
  const { server } = keyed;
  const group = {
    id: "a-theirs",
    application: "theirs",
    module: "m",
    resources: [{ type: "vm", owner: "them" }],
  };
  await server.ask(requestOf("POST /v1/allocations", group, bearer(keyed.add("all"))));
  const mine = bearer(keyed.add("mine", undefined, ["mine"]));
  const tries = [
    [{ id: "new", ...THEIRS }, "foreign-application"],
    [{ id: "new", allocation: "a-theirs", type: "vm", owner: "me" }, "unknown-allocation"],
  ] as const;
  for (const [told, code] of tries) await server.refuses(requestOf("POST /v1/resources", told, mine), code);
  await server.ask(requestOf("POST /v1/resources", { id: "first", ...MINE }, mine));
  await server.refuses(requestOf("POST /v1/resources", { id: "second", ...MINE }, mine), "quota-reached");
});
