import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "./defaults.ts";
import { deriveAllocation } from "./derive-allocation.ts";
import { deriveResource } from "./derive-resource.ts";
import { FINDING_KINDS, type FindingKind } from "./finding.ts";
import { statusOf } from "./indexed.ts";
import type { Allocation, Record } from "./record.ts";
import { sentenceOf } from "./sentence.ts";
import {
  allocated,
  begun,
  claimed,
  confirmedExists,
  confirmedGone,
  confirmedNeverCreated,
  extended,
  finished,
  freed,
  frozenByItself,
  frozenByPerson,
  given,
  held,
  intended,
  minute,
  planProposed,
  reclaimOrdered,
  releaseFailed,
  releasing,
  type Saying,
  sessionFollowed,
  sessionLapsed,
  sessionOpened,
  settled,
  sighted,
  time,
  unknown,
} from "./testing/given.ts";

const running = [intended({ module: "nova", ttlSeconds: 60 }).at(0), allocated("i-1").at(1)];
const member = intended({ allocation: "fleet", module: "nova" }).at(0);

/** What is known, and what is said of it to a person. */
const SENTENCES: { [kind in FindingKind]: [Saying[], string] } = {
  stuck: [
    [...running, reclaimOrdered(), claimed(), settled("denied", { reason: "403 Forbidden" })],
    "The vm of lpds, made by probe/nova, could not be freed: drett gave up at 2026-11-23T13:00:00.000Z (403 Forbidden; external id i-1).",
  ],
  "budget-spent": [
    [frozenByItself()],
    "The policy ci frees nothing since 2026-11-23T13:00:00.000Z, until what is due fits its budget, says tester: 30 are to be freed, 20 may be.",
  ],
  frozen: [
    [frozenByPerson({ until: time(120) })],
    "Nothing is freed since 2026-11-23T13:00:00.000Z, until 2026-11-23T14:00:00.000Z, says tester: a storm",
  ],
  "plan-waiting": [
    [planProposed(["vm-1", "vm-2"], { cost: [{ currency: "EUR", perHour: 1.3 + 0.2 + 1e-15 }] })],
    "The policy ci would free 2, which cost 1.5 EUR an hour: the plan plan-1 waits for a person since 2026-11-23T13:00:00.000Z, and expires at 2026-11-24T13:00:00.000Z.",
  ],
  zombie: [
    [...running, freed("i-1").at(5), confirmedExists("i-1").at(6)],
    "The vm of lpds, made by probe/nova, was reported freed by tester at 2026-11-23T12:05:00.000Z, yet it exists (external id i-1).",
  ],
  contradicted: [
    [...running, freed("i-9").at(5)],
    "The vm of lpds, made by probe/nova, was reported freed, yet i-1 was reported to exist and is not named freed, since 2026-11-23T12:05:00.000Z.",
  ],
  duplicate: [
    [...running, extended(90), allocated("i-2").at(3)],
    "The vm of lpds, made by probe/nova, exists 2 times since 2026-11-23T12:03:00.000Z (external id i-1, i-2).",
  ],
  "unknown-outcome": [
    [intended().at(0), unknown().at(1)],
    "The vm of lpds, made by probe, may exist: at 2026-11-23T12:01:00.000Z its outcome was unknown (timeout).",
  ],
  "release-failed": [
    [...running, releaseFailed().at(2)],
    "The vm of lpds, made by probe/nova, could not be released at 2026-11-23T12:02:00.000Z (in use; external id i-1).",
  ],
  abandoned: [
    [begun().at(0), member, allocated("i-1").at(1), finished("failed").at(2)],
    "The vm of lpds, made by probe/nova, outlived its allocation, which did not come about, by 2026-11-23T12:12:00.000Z (external id i-1).",
  ],
  "over-ttl": [
    running,
    "The vm of lpds, made by probe/nova, was to live until 2026-11-23T12:02:00.000Z and has not been released (external id i-1).",
  ],
  "release-overdue": [
    [intended().at(0), releasing().at(2)],
    "The vm of lpds, made by probe, was to be gone by 2026-11-23T12:12:00.000Z, and its release was not reported (external id unknown).",
  ],
  "overdue-intent": [
    [intended().at(0)],
    "The vm of lpds, made by probe, was to be there by 2026-11-23T12:10:00.000Z, and nothing was reported since it was planned.",
  ],
  "overdue-allocation": [
    [begun({ label: "nightly" }).at(0)],
    "The allocation fleet (nightly) of probe/nova was to be finished by 2026-11-23T12:10:00.000Z and is still open.",
  ],
  "hold-ended": [
    [intended({ ttlSeconds: null }).at(0), allocated("i-1").at(1), held(30).at(2)],
    "The vm of lpds, made by probe, was to be left alone until 2026-11-23T12:30:00.000Z, and the hold hold-1 of tester (in use) ended without being lifted.",
  ],
  "session-lapsed": [
    [
      sessionOpened({ host: "node-7", pid: 4711 }).at(0),
      ...running.map((saying) => saying.with({ session: "engine-1", ttlSeconds: null })).slice(0, 1),
      allocated("i-1").at(1),
      sessionLapsed(),
      sessionFollowed(),
    ],
    "The vm of lpds, made by probe/nova, has lost its engine: session engine-1 (host node-7, process 4711) was not heard any more by 2026-11-23T13:00:00.000Z (external id i-1).",
  ],
  "lapsed-together": [
    [
      sessionOpened({ pid: 4711 }).at(0),
      sessionLapsed({ together: { silent: 90, of: 100 }, until: minute(120) }),
    ],
    "Of probe/nova, session engine-1 (process 4711) fell silent by 2026-11-23T13:00:00.000Z, as did 90 of 100 sessions; nothing follows from it before 2026-11-23T14:00:00.000Z.",
  ],
  unwatched: [
    [intended({ ttlSeconds: null }).at(0), allocated("i-1").at(1)],
    "The vm of lpds, made by probe, has no end, and nobody has watched it since 2026-11-23T12:01:00.000Z (external id i-1).",
  ],
};

function deriveAny(record: Record, allocation: Allocation | undefined) {
  return statusOf(record, allocation, moment);
}

const moment = { now: minute(60), defaults: DEFAULTS };

describe("the sentence", () => {
  for (const kind of FINDING_KINDS) {
    test(`of ${kind}`, () => {
      const [sayings, sentence] = SENTENCES[kind];
      const notebook = given(...sayings);
      const allocation = notebook.allocation("fleet");
      const resource = notebook.resource("vm-1");
      const others = [notebook.session("engine-1"), notebook.freeze("freeze-1"), notebook.plan("plan-1")];
      const record = resource ?? allocation ?? others.find((other) => other !== undefined);
      assert.ok(record);
      const { findings } = deriveAny(record, allocation);
      const finding = findings.find((finding) => finding.kind === kind);
      assert.ok(finding);
      assert.equal(sentenceOf(record, finding), sentence);
    });
  }

  const words = [
    ["gone", confirmedGone().at(5), "confirmed gone"],
    ["never created", confirmedNeverCreated().at(5), "confirmed never created"],
  ] as const;
  for (const [what, word, says] of words) {
    test(`of a zombie that was confirmed ${what} names who said so`, () => {
      const resource = given(intended().at(0), unknown().at(1), word, allocated("i-2").at(6)).resource(
        "vm-1",
      );
      assert.ok(resource);
      const [finding] = deriveResource(resource, { ...moment, allocation: undefined }).findings;
      assert.ok(finding);
      assert.equal(
        sentenceOf(resource, finding),
        `The vm of lpds, made by probe, was ${says} by tester at 2026-11-23T12:05:00.000Z, yet it exists (external id i-2).`,
      );
    });
  }

  test("names the session of whoever made it", () => {
    const resource = given(intended({ module: "nova", session: "engine-1" }).at(0)).resource("vm-1");
    assert.ok(resource);
    const [finding] = deriveResource(resource, { ...moment, allocation: undefined }).findings;
    assert.ok(finding);
    assert.match(
      sentenceOf(resource, finding),
      /^The vm of lpds, made by probe\/nova in session engine-1, was to be/,
    );
  });

  test("names the process of the session, wherever that is known", () => {
    const session = { session: "engine-1" };
    const notebook = given(
      sessionOpened({ host: "node-7", pid: 4711 }).at(0),
      begun(session).at(0),
      intended(session).at(0),
    );
    for (const record of [notebook.resource("vm-1"), notebook.allocation("fleet")] as const) {
      assert.ok(record);
      const [finding] = deriveAny(record, undefined).findings;
      assert.ok(finding);
      assert.match(
        sentenceOf(record, finding, notebook.session("engine-1")),
        /probe(\/nova)? in session engine-1 \(host node-7, process 4711\),? was to be/,
      );
    }
  });

  test("of an allocation that was reported both done and failed", () => {
    const record = given(begun().at(0), finished("done").at(1), finished("failed").at(2)).allocation("fleet");
    assert.ok(record);
    const [finding] = deriveAllocation(record, moment).findings;
    assert.ok(finding);
    assert.equal(
      sentenceOf(record, finding),
      "The allocation fleet of probe/nova was reported both done and failed, by 2026-11-23T12:02:00.000Z; it counts as failed.",
    );
  });
});

for (const [what, searches, words] of [
  ["once", [58], /\)\.$|planned\.$/],
  [
    "twice",
    [58, 59],
    / drett has searched for it 2 times since, last at 2026-11-23T12:59:00\.000Z, and found nothing: it may never have been created\.$/,
  ],
] as const) {
  test(`of what was searched for in vain ${what} since the last attempt, that is told`, () => {
    for (const attempts of [[intended({ timeoutSeconds: 60 }).at(0)], [intended().at(0), unknown().at(1)]]) {
      const resource = given(
        ...attempts,
        ...searches.map((minutes) => sighted("not-found", minutes)),
      ).resource("vm-1");
      assert.ok(resource);
      const moment = { now: minute(60), allocation: undefined, defaults: DEFAULTS };
      const [finding] = deriveResource(resource, moment).findings;
      assert.ok(finding);
      assert.match(sentenceOf(resource, finding), words);
    }
  });
}
