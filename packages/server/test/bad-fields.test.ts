import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, type RefusalCode } from "@drett/core";
import { intent, testServer } from "./support/test-server.ts";

type Case = readonly [what: string, input: object, code: RefusalCode, detail?: RegExp];

const whole = { id: "vm", ...intent };
const at = (time: unknown) => ({ ...whole, at: time });
const lasting = (seconds: unknown) => ({ ...whole, timeoutSeconds: seconds });
const texts = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));

const REGISTRATIONS: readonly Case[] = [
  ["with a number for a text", { ...whole, owner: 7 }, "invalid-input", /owner/],
  ["with null for a text", { ...whole, owner: null }, "invalid-input", /owner/],
  ["with an empty text", { ...whole, owner: "" }, "invalid-input", /owner/],
  ["with a list for a text", { ...whole, type: ["vm"] }, "invalid-input", /type/],
  [
    "with a text beyond its limit",
    { ...whole, scope: "x".repeat(LIMITS.textCharacters + 1) },
    "invalid-input",
    /scope/,
  ],
  ["without a required field", { application: "probe", type: "vm" }, "missing-field", /"owner"/],
  ["with nothing at all", {}, "missing-field", /"type".*"owner"/],
  ["with a misspelt field", { ...whole, onwer: "me" }, "unknown-field", /"owner"/],
  [
    "with a misspelt field instead of the right one",
    { ...whole, owner: undefined, Owner: "me" },
    "unknown-field",
    /"owner"/,
  ],
  ["with a field like no other", { ...whole, priority: 1 }, "unknown-field", /"priority".*application/],
  [
    "with an allocation that has not begun",
    { type: "vm", owner: "me", allocation: "fleet" },
    "unknown-allocation",
  ],
  ["of no application", { type: "vm", owner: "me" }, "application-missing"],
  ["whose id has capitals", { ...whole, id: "VM" }, "invalid-id"],
  ["whose id begins with a digit", { ...whole, id: "1vm" }, "invalid-id"],
  ["whose id ends with a dash", { ...whole, id: "vm-" }, "invalid-id"],
  ["whose id has an underscore", { ...whole, id: "v_m" }, "invalid-id"],
  ["whose id has a line end", { ...whole, id: "vm\n" }, "invalid-id"],
  ["whose id is empty", { ...whole, id: "" }, "invalid-id"],
  ["whose id is too long", { ...whole, id: "v".repeat(64) }, "invalid-id"],
  ["whose id is a number", { ...whole, id: 7 }, "invalid-id"],
  ["whose id is null", { ...whole, id: null }, "invalid-id"],
  ["whose parent is no id", { ...whole, parent: "No Id" }, "invalid-id", /parent/],
  ["that lasts less than nothing", lasting(-1), "invalid-duration"],
  ["that lasts longer than ten years", lasting(315_360_001), "invalid-duration"],
  ["that lasts a fraction", lasting(1.5), "invalid-duration"],
  ["that lasts beyond numbers", lasting(1e308), "invalid-duration"],
  ["that lasts a text", lasting("600"), "invalid-duration"],
  ["that lasts null", lasting(null), "invalid-duration"],
  ["with a negative TTL", { ...whole, ttlSeconds: -1 }, "invalid-duration"],
  ["with a fractional TTL", { ...whole, ttlSeconds: 0.1 }, "invalid-duration"],
  [
    "that opens a session which it does not name",
    { ...whole, opens: { ttlSeconds: 60 } },
    "invalid-input",
    /session/,
  ],
  [
    "that opens a session for a moment",
    { ...whole, session: "s", opens: { ttlSeconds: 1 } },
    "invalid-duration",
    /opens\/ttlSeconds/,
  ],
  ["at no time", at("yesterday"), "invalid-time"],
  ["at a number", at(1_700_000_000), "invalid-time"],
  ["at null", at(null), "invalid-time"],
  ["before 2000", at("1999-12-31T23:59:59Z"), "invalid-time"],
  ["before 2000 but for its zone", at("2000-01-01T00:00:00+01:00"), "invalid-time"],
  ["after 2099", at("2100-01-01T00:00:00Z"), "invalid-time"],
  ["after 2099 but for its zone", at("2099-12-31T23:59:59-01:00"), "invalid-time"],
  ["in the year 10000", at("10000-01-01T00:00:00Z"), "invalid-time"],
  ["without a zone", at("2026-11-23T09:30:00"), "invalid-time"],
  ["on the 30th of February", at("2026-02-30T09:30:00Z"), "invalid-time"],
  ["on the 29th of February of a common year", at("2026-02-29T09:30:00Z"), "invalid-time"],
  ["on the 31st of April", at("2026-04-31T09:30:00Z"), "invalid-time"],
  ["in the 25th hour", at("2026-11-23T24:00:00Z"), "invalid-time"],
  ["in a leap second", at("2026-12-31T23:59:60Z"), "invalid-time"],
  ["on a day alone", at("2026-11-23"), "invalid-time"],
  ["at a time with blanks", at("2026-11-23 09:30:00Z"), "invalid-time"],
  ["with data that is a text", { ...whole, data: "big" }, "data-too-large"],
  ["with data that is a list", { ...whole, data: [] }, "data-too-large"],
  ["with data that is null", { ...whole, data: null }, "data-too-large"],
  ["with data beyond its limit", { ...whole, data: { a: "x".repeat(LIMITS.dataBytes) } }, "data-too-large"],
  [
    "with data beyond its limit in bytes",
    { ...whole, data: { a: "é".repeat(LIMITS.dataBytes / 2) } },
    "data-too-large",
  ],
  ["with one label too many", { ...whole, labels: texts(LIMITS.labels + 1) }, "invalid-input", /labels.*64/],
  ["with a label that is a number", { ...whole, labels: { a: 1 } }, "invalid-input", /labels/],
  [
    "with a label beyond the limit of a text",
    { ...whole, labels: { a: "x".repeat(1_025) } },
    "invalid-input",
    /labels/,
  ],
  ["with a label whose name is none", { ...whole, labels: { "a b": "x" } }, "invalid-input", /labels.*63/],
  ["with labels that are a list", { ...whole, labels: ["a"] }, "invalid-input", /labels/],
  ["at a negative price", priced({ amount: -1 }), "invalid-input", /amount/],
  ["in a currency that is none", priced({ currency: "euro" }), "invalid-input", /currency/],
  ["with a price a day", priced({ per: "day" }), "invalid-input", /per/],
  ["with half a price", { ...whole, price: { amount: 1 } }, "missing-field", /price.*"currency"/],
  ["with a misspelt price", priced({ curency: "EUR" }), "unknown-field", /price.*"currency"/],
];

function priced(price: object) {
  return { ...whole, price: { amount: 1, currency: "EUR", per: "hour", ...price } };
}

for (const [what, payload, code, detail = /./] of REGISTRATIONS) {
  test(`a registration ${what} is refused as ${code}`, async (t) => {
    const body = await testServer(t).refuses({ method: "POST", url: "/v1/resources", payload }, code);
    assert.match(String(body.detail), detail);
  });
}

const AT_THE_LIMIT: readonly (readonly [what: string, fields: object])[] = [
  ["a text of 1,024 characters", { scope: "x".repeat(LIMITS.textCharacters) }],
  ["64 labels", { labels: texts(LIMITS.labels) }],
  ["data of 16 KiB", { data: { a: "x".repeat(LIMITS.dataBytes - '{"a":""}'.length) } }],
  ["an id of 63 characters", { id: "v".repeat(63) }],
  ["an id of one character", { id: "v" }],
  ["no time at all", { timeoutSeconds: 0, ttlSeconds: 0 }],
  ["ten years", { timeoutSeconds: 315_360_000, ttlSeconds: 315_360_000 }],
  ["no end", { ttlSeconds: null }],
  ["the first moment of 2000", { at: "2000-01-01T00:00:00Z" }],
  ["the last moment of 2099", { at: "2099-12-31T23:59:59.999Z" }],
  ["the 29th of February of a leap year", { at: "2024-02-29T00:00:00.123456789-12:00" }],
];
for (const [what, fields] of AT_THE_LIMIT) {
  test(`a registration with ${what} is accepted, and can be read`, async (t) => {
    const server = testServer(t);
    const input = { ...whole, ...fields };
    assert.equal((await server.tell("register-intent", input)).status, 201);
    assert.equal((await server.look("get-resource", { id: input.id })).status, 200);
    assert.equal((await server.look("read-events")).status, 200);
    server.clock.advance(315_360_000);
    assert.equal((await server.look("list-resources")).status, 200);
  });
}

const member = { type: "vm", owner: "me" };
const fleet = { id: "fleet", application: "probe", module: "nova" };
const OTHERS: readonly (readonly [what: string, url: string, input: object, code: RefusalCode])[] = [
  ["an allocation without a module", "/v1/allocations", { application: "probe" }, "missing-field"],
  [
    "one member too many",
    "/v1/allocations",
    { ...fleet, resources: Array(LIMITS.resourcesPerAllocation + 1).fill(member) },
    "invalid-input",
  ],
  [
    "a member with a misspelt field",
    "/v1/allocations",
    { ...fleet, resources: [member, { ...member, typ: "" }] },
    "unknown-field",
  ],
  [
    "a member of another allocation",
    "/v1/allocations",
    { ...fleet, resources: [{ ...member, allocation: "b" }] },
    "unknown-field",
  ],
  [
    "a member whose id is none",
    "/v1/allocations",
    { ...fleet, resources: [{ ...member, id: "-" }] },
    "invalid-id",
  ],
  [
    "two members of one id",
    "/v1/allocations",
    {
      ...fleet,
      resources: [
        { ...member, id: "a" },
        { ...member, id: "a", type: "disk" },
      ],
    },
    "id-used",
  ],
  [
    "an allocation that ends otherwise",
    "/v1/allocations/fleet/finish",
    { outcome: "partly" },
    "invalid-input",
  ],
  [
    "an end of an allocation that never began",
    "/v1/allocations/fleet/finish",
    { outcome: "done" },
    "unknown-allocation",
  ],
  ["an extension until no time", "/v1/resources/vm/extend", { until: "later" }, "invalid-time"],
  ["an extension until nothing", "/v1/resources/vm/extend", {}, "missing-field"],
  [
    "a report of a resource that nobody registered",
    "/v1/resources/vm/failed",
    { reason: "quota" },
    "unknown-resource",
  ],
  ["a report without its reason", "/v1/resources/vm/unknown", {}, "missing-field"],
  ["a report whose id is none", "/v1/resources/V_M/unknown", { reason: "?" }, "invalid-id"],
  [
    "a self-describing report without an application",
    "/v1/resources/vm/allocated",
    { externalId: "i", ...member },
    "application-missing",
  ],
  [
    "a self-describing report of an unknown allocation",
    "/v1/resources/vm/allocated",
    { externalId: "i", ...member, allocation: "b" },
    "unknown-allocation",
  ],
  ["a body that names another id than the path", "/v1/resources/vm/freed", { id: "vm-2" }, "invalid-input"],
  ["what is gone and nobody knows", "/v1/freed", { ...member, externalId: "i-1" }, "no-match"],
];
for (const [what, url, payload, code] of OTHERS) {
  test(`${what} is refused as ${code}`, async (t) => {
    await testServer(t).refuses({ method: "POST", url, payload }, code);
  });
}

test("an id that is used by another registration is refused", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  const payload = { id: "vm", ...intent, owner: "someone-else" };
  await server.refuses({ method: "POST", url: "/v1/resources", payload }, "id-used");
  const allocated = { externalId: "i-1", ...intent, owner: "someone-else" };
  await server.refuses({ method: "POST", url: "/v1/resources/vm/allocated", payload: allocated }, "id-used");
});

test("attributes that fit several are refused, and the answer names them", async (t) => {
  const server = testServer(t);
  for (const id of ["vm-1", "vm-2"])
    await server.tell("report-allocated", { id, externalId: "i-1", ...intent });
  const payload = { owner: "lpds", type: "vm", externalId: "i-1" };
  const body = await server.refuses({ method: "POST", url: "/v1/freed", payload }, "ambiguous-match");
  assert.deepEqual(body.ids, ["vm-1", "vm-2"]);
});

test("a record that has all the facts it may have takes the news that it exists or is gone, and no other", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", ...intent });
  const commands = Array.from({ length: LIMITS.factsPerRecord - 1 }, (_, n) => ({
    command: "report-unknown",
    id: "vm",
    reason: `try ${n}`,
  }));
  await server.ask({ method: "POST", url: "/v1/batch", payload: { commands } });
  const payload = { reason: "once more" };
  await server.refuses({ method: "POST", url: "/v1/resources/vm/unknown", payload }, "too-many-facts");
  assert.equal((await server.tell("report-unknown", { id: "vm", reason: "try 0" })).status, 200, "a replay");
  assert.equal((await server.tell("report-allocated", { id: "vm", externalId: "i-1" })).status, 200);
  assert.equal((await server.tell("report-freed", { id: "vm" })).status, 200);
});
