import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { beginAllocation } from "../domain/commands/begin-allocation.ts";
import { finishAllocation } from "../domain/commands/finish-allocation.ts";
import { registerIntent } from "../domain/commands/register-intent.ts";
import { COMMANDS } from "../domain/commands/registry.ts";
import { reportAllocated } from "../domain/commands/report-allocated.ts";
import { reportFailed } from "../domain/commands/report-failed.ts";
import type { RefusalCode } from "../domain/refusal.ts";
import { LIMITS } from "../domain/shapes.ts";
import { faultIn } from "./validate.ts";

const intent = { id: "vm-1", application: "probe", type: "vm", owner: "lpds" };
const inFull = {
  ...intent,
  allocation: "fleet",
  module: "nova",
  scope: "eu-1",
  parent: "vm-0",
  ttlSeconds: null,
  timeoutSeconds: 0,
  labels: { "team/name": "", "a.b_c-d": "x" },
  data: { nested: [{ any: null }] },
  price: { amount: 0.25, currency: "EUR", per: "hour" },
  at: "2026-11-23T09:30:00.123456789+05:30",
};

const dataOf = (bytes: number) => ({ x: "y".repeat(bytes - '{"x":""}'.length) });
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, "v"]));

type Case = readonly [input: unknown, code: RefusalCode, pointer: string, detail: RegExp];

function refused(shape: Parameters<typeof faultIn>[0], [input, code, pointer, detail]: Case): void {
  const fault = faultIn(shape, input);
  assert.ok(fault, `accepted: ${inspect(input).slice(0, 100)}`);
  assert.deepEqual({ code: fault.refused, pointer: fault.more?.pointer }, { code, pointer });
  assert.match(fault.detail, detail);
}

describe("an input that fits", () => {
  test("has no fault", () => {
    assert.equal(faultIn(registerIntent.input, intent), undefined);
    assert.equal(faultIn(registerIntent.input, inFull), undefined);
  });

  test("may be as large as the limits say", () => {
    const largest = {
      ...intent,
      id: `a${"-".repeat(61)}z`,
      type: "x".repeat(LIMITS.textCharacters),
      ttlSeconds: 315_360_000,
      labels: labels(LIMITS.labels),
      data: dataOf(LIMITS.dataBytes),
    };
    assert.equal(faultIn(registerIntent.input, largest), undefined);
    const resources = Array.from({ length: LIMITS.resourcesPerAllocation }, () => ({
      type: "vm",
      owner: "lpds",
    }));
    assert.equal(faultIn(beginAllocation.input, { application: "a", module: "b", resources }), undefined);
  });
});

/** By what is wrong: an input, and what is said of it. */
const FAULTS: { [fault: string]: Case[] } = {
  "a field that is not known": [
    [
      { ...intent, ownr: "x" },
      "unknown-field",
      "/ownr",
      /^The input has no field "ownr"\. Did you mean "owner"\?$/,
    ],
    [{ ...intent, ttl_seconds: 5 }, "unknown-field", "/ttl_seconds", /Did you mean "ttlSeconds"\?/],
    [
      { ...intent, colour: "red" },
      "unknown-field",
      "/colour",
      /^The input has no field "colour"\. Known: .*owner/,
    ],
    [{ id: "vm-1", tpye: "vm" }, "unknown-field", "/tpye", /Did you mean "type"\?/],
    [{ ...intent, "a/b~c": 1 }, "unknown-field", "/a~1b~0c", /"a\/b~c"/],
    [
      { ...intent, price: { amount: 1, currency: "EUR", pr: "hour" } },
      "unknown-field",
      "/price/pr",
      /^\/price has no field "pr"\. Did you mean "per"\?$/,
    ],
  ],
  "a field that is missing": [
    [{ type: "vm" }, "missing-field", "", /^The input lacks "owner"\.$/],
    [{}, "missing-field", "", /^The input lacks "type", "owner"\.$/],
    [
      { ...intent, price: { amount: 1, per: "hour" } },
      "missing-field",
      "/price",
      /^\/price lacks "currency"\.$/,
    ],
  ],
  "an id outside the alphabet": ["", "VM", "1a", "a-", "-a", "a_b", "a".repeat(64), "é", "a\n", 5].map(
    (id): Case => [{ ...intent, id }, "invalid-id", "/id", /^\/id must be 1 to 63 of a-z/],
  ),
  "a time that is none": [
    "2026-11-23",
    "2026-11-23T09:30:00",
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T09:30:00Z ",
    "1999-12-31T23:59:59Z",
    "2100-01-01T00:00:00Z",
    "2000-01-01T00:30:00+01:00",
    "2099-12-31T23:30:00-01:00",
    1_795_435_200_000,
    null,
  ].map((at): Case => [{ ...intent, at }, "invalid-time", "/at", /^\/at must be RFC 3339 with a zone/]),
  "a duration that is none": [-1, 1.5, 315_360_001, "60", null, Number.POSITIVE_INFINITY].map(
    (timeoutSeconds): Case => [
      { ...intent, timeoutSeconds },
      "invalid-duration",
      "/timeoutSeconds",
      /^\/timeoutSeconds must be whole seconds/,
    ],
  ),
  "a TTL that is none": [-1, 1.5, "60", 315_360_001].map(
    (ttlSeconds): Case => [
      { ...intent, ttlSeconds },
      "invalid-duration",
      "/ttlSeconds",
      /^\/ttlSeconds must/,
    ],
  ),
  "data that is too large, or no object": [
    dataOf(LIMITS.dataBytes + 1),
    { x: "é".repeat(8200) },
    "text",
    null,
    [1],
  ].map(
    (data): Case => [
      { ...intent, data },
      "data-too-large",
      "/data",
      /^\/data must be a JSON object of up to 16384 bytes/,
    ],
  ),
  "labels that are none": [
    [{ ...intent, labels: labels(65) }, "invalid-input", "/labels", /^\/labels must be up to 64/],
    [{ ...intent, labels: { "no spaces": "" } }, "invalid-input", "/labels/no spaces", /a key is 1 to 63 of/],
    [{ ...intent, labels: { "": "" } }, "invalid-input", "/labels/", /a key is 1 to 63 of/],
    [{ ...intent, labels: { "/a": "" } }, "invalid-input", "/labels/~1a", /a key is 1 to 63 of/],
    [{ ...intent, labels: { a: 5 } }, "invalid-input", "/labels/a", /^\/labels\/a must/],
    [{ ...intent, labels: { a: "x".repeat(1025) } }, "invalid-input", "/labels/a", /^\/labels\/a must/],
    [{ ...intent, labels: [] }, "invalid-input", "/labels", /^\/labels must/],
  ],
  "a text that is none": [
    [
      { ...intent, owner: "" },
      "invalid-input",
      "/owner",
      /^\/owner must not have fewer than 1 characters\.$/,
    ],
    [{ ...intent, owner: "x".repeat(1025) }, "invalid-input", "/owner", /1024 characters/],
    [{ ...intent, owner: 5 }, "invalid-input", "/owner", /^\/owner must be string\.$/],
    [{ ...intent, owner: null }, "invalid-input", "/owner", /^\/owner must be string\.$/],
  ],
  "a price that is none": [
    [
      { ...intent, price: { amount: -1, currency: "EUR", per: "hour" } },
      "invalid-input",
      "/price/amount",
      /must be/,
    ],
    [
      { ...intent, price: { amount: 1, currency: "eur", per: "hour" } },
      "invalid-input",
      "/price/currency",
      /ISO 4217/,
    ],
    [
      { ...intent, price: { amount: 1, currency: "EUR", per: "day" } },
      "invalid-input",
      "/price/per",
      /must be/,
    ],
  ],
  "what is no object": [null, undefined, "x", 5, true, []].map(
    (input): Case => [input, "invalid-input", "", /^The input must be object\.$/],
  ),
};

/** A whole input, one of whose resources is this one. */
const whole = (resource: object) => ({
  application: "a",
  module: "b",
  resources: [{ type: "vm", owner: "lpds" }, resource],
});

describe("a fault is told by its code and its place:", () => {
  for (const [fault, cases] of Object.entries(FAULTS)) {
    test(fault, () => {
      for (const it of cases) refused(registerIntent.input, it);
    });
  }

  test("in one of many resources", () => {
    const { input } = beginAllocation;
    refused(input, [
      whole({ type: "vm" }),
      "missing-field",
      "/resources/1",
      /^\/resources\/1 lacks "owner"\.$/,
    ]);
    refused(input, [whole({ ...intent, id: "A" }), "invalid-id", "/resources/1/id", /1 to 63/]);
    refused(input, [
      whole({ ...intent, allocation: "other" }),
      "unknown-field",
      "/resources/1/allocation",
      /has no field "allocation"/,
    ]);
    const resources = Array.from({ length: 1001 }, () => ({ type: "vm", owner: "lpds" }));
    refused(input, [{ application: "a", module: "b", resources }, "invalid-input", "/resources", /1000/]);
  });

  test("in a choice", () => {
    refused(finishAllocation.input, [
      { id: "fleet", outcome: "ok" },
      "invalid-input",
      "/outcome",
      /^\/outcome must/,
    ]);
    refused(reportFailed.input, [
      { id: "vm-1", reason: "x", allAttempts: "yes" },
      "invalid-input",
      "/allAttempts",
      /boolean/,
    ]);
  });

  test("the misspelt field before the one that is missing for it", () => {
    refused(reportAllocated.input, [
      { id: "vm-1", externalID: "i-1" },
      "unknown-field",
      "/externalID",
      /Did you mean "externalId"\?/,
    ]);
  });
});

test("every command refuses what it does not know", () => {
  for (const { name, input } of COMMANDS) {
    assert.equal(faultIn(input, { "no such field": 1 })?.refused, "unknown-field", name);
  }
});
