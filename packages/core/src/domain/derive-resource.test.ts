import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "./defaults.ts";
import { deriveResource } from "./derive-resource.ts";
import type { ResourceFact, ResourceNote } from "./fact.ts";
import type { FindingKind } from "./finding.ts";
import type { Resource } from "./record.ts";
import { RESOURCE_STATES, type ResourceState } from "./resource-state.ts";
import {
  allAttemptsFailed,
  allocated,
  begun,
  confirmedExists,
  confirmedGone,
  confirmedNeverCreated,
  extended,
  failed,
  finished,
  forgotten,
  freed,
  given,
  HOURS,
  held,
  intended,
  minute,
  reclaimOrdered,
  releaseFailed,
  releasing,
  type Saying,
  standingOf,
  unheld,
  unknown,
} from "./testing/given.ts";

/** What brings a resource into each state; the last of it at minute 1, 2 or 3. */
const REACHED: { [state in ResourceState]: Saying[] } = {
  pending: [intended().at(0)],
  failed: [intended().at(0), failed().at(1)],
  unknown: [intended().at(0), unknown().at(1)],
  allocated: [intended().at(0), allocated("i-1").at(1)],
  releasing: [intended().at(0), allocated("i-1").at(1), releasing().at(2)],
  freed: [intended().at(0), allocated("i-1").at(1), freed("i-1").at(3)],
  "never-created": [intended().at(0), confirmedNeverCreated().at(3)],
  forgotten: [intended().at(0), allocated("i-1").at(1), forgotten().at(3)],
};

/** What is reported or decided then, at minute 5. What the state forbids changes nothing. */
const REPORTED = {
  intent: intended().at(0),
  failed: failed().at(5),
  "all attempts failed": allAttemptsFailed().at(5),
  unknown: unknown().at(5),
  allocated: allocated("i-1").at(5),
  "allocated, another id": allocated("i-2").at(5),
  releasing: releasing().at(5),
  "release-failed": releaseFailed().at(5),
  freed: freed("i-1").at(5),
  "freed, unnamed": freed().at(5),
  "freed, another id": freed("i-9").at(5),
  extended: extended(3000).at(5),
  "confirmed-exists": confirmedExists("i-1").at(5),
  "confirmed-exists, another id": confirmedExists("i-2").at(5),
  "confirmed-gone": confirmedGone().at(5),
  "confirmed-never-created": confirmedNeverCreated().at(5),
  forgotten: forgotten().at(5),
  held: held(90).at(5),
  unheld: unheld().at(5),
  "reclaim-ordered": reclaimOrdered().at(5),
} as const satisfies { [kind in Exclude<ResourceFact["kind"], ResourceNote["kind"]>]: Saying } & {
  [variant: string]: Saying;
};

type Cell = readonly [state: ResourceState, due: number | null, findings: { [kind in FindingKind]?: number }];

/** How it stands at minute 6: its state, when it is due, and since when it is a finding. */
const TABLE: { [before in ResourceState]: { [reported in keyof typeof REPORTED]: Cell } } = {
  pending: {
    intent: ["pending", 10, {}],
    failed: ["failed", null, {}],
    "all attempts failed": ["failed", null, {}],
    unknown: ["unknown", 5, { "unknown-outcome": 5 }],
    allocated: ["allocated", 1445, {}],
    "allocated, another id": ["allocated", 1445, {}],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", null, {}],
    extended: ["pending", 10, {}],
    "confirmed-exists": ["allocated", 1445, {}],
    "confirmed-exists, another id": ["allocated", 1445, {}],
    "confirmed-gone": ["pending", 10, {}],
    "confirmed-never-created": ["never-created", null, {}],
    forgotten: ["forgotten", null, {}],
    held: ["pending", 10, {}],
    unheld: ["pending", 10, {}],
    "reclaim-ordered": ["pending", 10, {}],
  },
  failed: {
    intent: ["failed", null, {}],
    failed: ["failed", null, {}],
    "all attempts failed": ["failed", null, {}],
    unknown: ["unknown", 5, { "unknown-outcome": 5 }],
    allocated: ["allocated", 1445, {}],
    "allocated, another id": ["allocated", 1445, {}],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", null, {}],
    extended: ["failed", null, {}],
    "confirmed-exists": ["allocated", 1445, {}],
    "confirmed-exists, another id": ["allocated", 1445, {}],
    "confirmed-gone": ["failed", null, {}],
    "confirmed-never-created": ["never-created", null, {}],
    forgotten: ["failed", null, {}],
    held: ["failed", null, {}],
    unheld: ["failed", null, {}],
    "reclaim-ordered": ["failed", null, {}],
  },
  unknown: {
    intent: ["unknown", 1, { "unknown-outcome": 1 }],
    failed: ["unknown", 1, { "unknown-outcome": 1 }],
    "all attempts failed": ["failed", null, {}],
    unknown: ["unknown", 1, { "unknown-outcome": 1 }],
    allocated: ["allocated", 1445, {}],
    "allocated, another id": ["allocated", 1445, {}],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", null, {}],
    extended: ["unknown", 1, { "unknown-outcome": 1 }],
    "confirmed-exists": ["allocated", 1445, {}],
    "confirmed-exists, another id": ["allocated", 1445, {}],
    "confirmed-gone": ["freed", null, {}],
    "confirmed-never-created": ["never-created", null, {}],
    forgotten: ["forgotten", null, {}],
    held: ["unknown", 1, { "unknown-outcome": 1 }],
    unheld: ["unknown", 1, { "unknown-outcome": 1 }],
    "reclaim-ordered": ["unknown", 1, { "unknown-outcome": 1 }],
  },
  allocated: {
    intent: ["allocated", 1441, {}],
    failed: ["allocated", 1441, {}],
    "all attempts failed": ["allocated", 1441, {}],
    unknown: ["allocated", 1441, {}],
    allocated: ["allocated", 1441, {}],
    "allocated, another id": ["allocated", 5, { duplicate: 5 }],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", 5, { contradicted: 5 }],
    extended: ["allocated", 3000, {}],
    "confirmed-exists": ["allocated", 1441, {}],
    "confirmed-exists, another id": ["allocated", 5, { duplicate: 5 }],
    "confirmed-gone": ["freed", null, {}],
    "confirmed-never-created": ["allocated", 1441, {}],
    forgotten: ["forgotten", null, {}],
    held: ["allocated", 90, {}],
    unheld: ["allocated", 1441, {}],
    "reclaim-ordered": ["allocated", 1441, {}],
  },
  releasing: {
    intent: ["releasing", 12, {}],
    failed: ["releasing", 12, {}],
    "all attempts failed": ["releasing", 12, {}],
    unknown: ["releasing", 12, {}],
    allocated: ["releasing", 12, {}],
    "allocated, another id": ["releasing", 5, { duplicate: 5 }],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", 5, { contradicted: 5 }],
    extended: ["releasing", 12, {}],
    "confirmed-exists": ["releasing", 12, {}],
    "confirmed-exists, another id": ["releasing", 5, { duplicate: 5 }],
    "confirmed-gone": ["freed", null, {}],
    "confirmed-never-created": ["releasing", 12, {}],
    forgotten: ["forgotten", null, {}],
    held: ["releasing", 12, {}],
    unheld: ["releasing", 12, {}],
    "reclaim-ordered": ["releasing", 12, {}],
  },
  freed: {
    intent: ["freed", null, {}],
    failed: ["freed", null, {}],
    "all attempts failed": ["freed", null, {}],
    unknown: ["freed", null, {}],
    allocated: ["freed", null, {}],
    "allocated, another id": ["freed", 5, { contradicted: 5, duplicate: 5 }],
    releasing: ["freed", null, {}],
    "release-failed": ["freed", null, {}],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", null, {}],
    extended: ["freed", null, {}],
    "confirmed-exists": ["allocated", 5, { zombie: 5 }],
    "confirmed-exists, another id": ["allocated", 5, { duplicate: 5 }],
    "confirmed-gone": ["freed", null, {}],
    "confirmed-never-created": ["freed", null, {}],
    forgotten: ["freed", null, {}],
    held: ["freed", null, {}],
    unheld: ["freed", null, {}],
    "reclaim-ordered": ["freed", null, {}],
  },
  "never-created": {
    intent: ["never-created", null, {}],
    failed: ["never-created", null, {}],
    "all attempts failed": ["never-created", null, {}],
    unknown: ["unknown", 5, { "unknown-outcome": 5 }],
    allocated: ["allocated", 5, { zombie: 5 }],
    "allocated, another id": ["allocated", 5, { zombie: 5 }],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["freed", null, {}],
    extended: ["never-created", null, {}],
    "confirmed-exists": ["allocated", 5, { zombie: 5 }],
    "confirmed-exists, another id": ["allocated", 5, { zombie: 5 }],
    "confirmed-gone": ["never-created", null, {}],
    "confirmed-never-created": ["never-created", null, {}],
    forgotten: ["never-created", null, {}],
    held: ["never-created", null, {}],
    unheld: ["never-created", null, {}],
    "reclaim-ordered": ["never-created", null, {}],
  },
  forgotten: {
    intent: ["forgotten", null, {}],
    failed: ["forgotten", null, {}],
    "all attempts failed": ["forgotten", null, {}],
    unknown: ["allocated", 1441, {}],
    allocated: ["allocated", 1441, {}],
    "allocated, another id": ["allocated", 5, { duplicate: 5 }],
    releasing: ["releasing", 15, {}],
    "release-failed": ["releasing", 5, { "release-failed": 5 }],
    freed: ["freed", null, {}],
    "freed, unnamed": ["freed", null, {}],
    "freed, another id": ["forgotten", null, {}],
    extended: ["forgotten", null, {}],
    "confirmed-exists": ["allocated", 1441, {}],
    "confirmed-exists, another id": ["allocated", 5, { duplicate: 5 }],
    "confirmed-gone": ["freed", null, {}],
    "confirmed-never-created": ["forgotten", null, {}],
    forgotten: ["forgotten", null, {}],
    held: ["forgotten", null, {}],
    unheld: ["forgotten", null, {}],
    "reclaim-ordered": ["forgotten", null, {}],
  },
};

describe("each state, when each fact is reported", () => {
  test("the table has a cell for every pair", () => {
    assert.deepEqual(Object.keys(TABLE), [...RESOURCE_STATES]);
    for (const row of Object.values(TABLE)) assert.deepEqual(Object.keys(row), Object.keys(REPORTED));
  });

  for (const state of RESOURCE_STATES) {
    for (const [reported, saying] of Object.entries(REPORTED)) {
      test(`${state}, ${reported}`, () => {
        const before = given(...REACHED[state]);
        assert.equal(before.standing().state, state);
        before.hears(saying);
        const [after, due, findings] = TABLE[state][reported as keyof typeof REPORTED];
        assert.deepEqual(before.standing("vm-1", 6), { state: after, due, findings });
        assert.deepEqual(standingOf(deriveResource(reversed(before.resource("vm-1")), atMinute(6))), {
          state: after,
          due,
          findings,
        });
      });
    }
  }
});

const atMinute = (count: number) => ({ now: minute(count), allocation: undefined, defaults: DEFAULTS });
const reversed = (resource: Resource | undefined): Resource => {
  assert.ok(resource);
  return { ...resource, facts: resource.facts.toReversed() };
};

describe("a resource", () => {
  test("of which an earlier attempt has timed out stays unknown when the retry is refused", () => {
    const notebook = given(intended().at(0), unknown().at(1), failed({ reason: "name taken" }).at(2));
    assert.deepEqual(notebook.standing(), { state: "unknown", due: 1, findings: { "unknown-outcome": 1 } });
  });

  test("of which no attempt had worked is unknown again after another one", () => {
    const notebook = given(intended().at(0), unknown().at(1), allAttemptsFailed().at(2));
    assert.equal(notebook.standing().state, "failed");
    notebook.accepts(unknown().at(3));
    assert.deepEqual(notebook.standing(), { state: "unknown", due: 3, findings: { "unknown-outcome": 3 } });
    notebook.accepts(allAttemptsFailed().at(4));
    assert.equal(notebook.standing().state, "failed");
  });

  test("is closed by the word that no attempt worked, also for the very time of an unknown", () => {
    const notebook = given(intended().at(0), unknown().at(2), allAttemptsFailed().at(2));
    assert.equal(notebook.standing().state, "failed");
  });

  test("with two external ids is a finding until each is named freed", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), allocated("i-2").at(2));
    assert.deepEqual(notebook.standing().findings, { duplicate: 2 });
    notebook.accepts(freed("i-1").at(3));
    assert.deepEqual(notebook.standing().findings, { duplicate: 2, contradicted: 3 });
    notebook.accepts(freed("i-2").at(4));
    assert.deepEqual(notebook.standing().findings, {});
  });

  test("with two external ids needs each named: a freed without one closes neither", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), allocated("i-2").at(2), freed().at(3));
    assert.deepEqual(notebook.standing().findings, { duplicate: 2, contradicted: 3 });
  });

  test("freed without a name is freed under the one id that was known by then", () => {
    const notebook = given(intended().at(0), freed().at(5), allocated("i-1").at(1));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("freed without a name in the moment in which it was allocated is freed", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(5), freed().at(5));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("freed without a name is contradicted by an id that turns up later", () => {
    const before = given(intended().at(0), freed().at(5), allocated("i-1").at(6));
    assert.deepEqual(before.standing().findings, { contradicted: 6 });
    const beside = given(intended().at(0), allocated("i-1").at(1), freed().at(5), allocated("i-2").at(6));
    assert.deepEqual(beside.standing().findings, { duplicate: 6, contradicted: 6 });
  });

  test("of which `freed` arrives before `allocated` is freed", () => {
    const notebook = given(intended().at(0), freed("i-1").at(5), allocated("i-1").at(1));
    assert.deepEqual(notebook.standing(), { state: "freed", due: null, findings: {} });
  });

  test("that is closed does not come alive by a replayed registration", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), freed("i-1").at(5));
    notebook.recognises(intended().at(0));
    assert.equal(notebook.standing().state, "freed");
  });

  test("of which a release failed is due at once, until a new release has begun", () => {
    const notebook = given(
      intended().at(0),
      allocated("i-1").at(1),
      releasing().at(2),
      releaseFailed().at(3),
    );
    assert.deepEqual(notebook.standing().findings, { "release-failed": 3 });
    notebook.accepts(releasing().at(4));
    assert.deepEqual(notebook.standing("vm-1", 5), { state: "releasing", due: 14, findings: {} });
    notebook.accepts(releaseFailed().at(6));
    assert.deepEqual(notebook.standing().findings, { "release-failed": 6 });
  });

  test("of which a release failed in the moment in which it began has failed to be released", () => {
    const notebook = given(
      intended().at(0),
      allocated("i-1").at(1),
      releaseFailed().at(2),
      releasing().at(2),
    );
    assert.deepEqual(notebook.standing().findings, { "release-failed": 2 });
  });

  test("of which several releases failed is one finding, since the first of them", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), releasing().at(2));
    notebook.hears(releaseFailed().at(4));
    notebook.hears(releaseFailed({ reason: "still in use" }).at(3));
    assert.deepEqual(notebook.standing().findings, { "release-failed": 3 });
  });
});

describe("where nobody said how long", () => {
  test("an intent is overdue after ten minutes", () => {
    const notebook = given(intended().at(0));
    assert.deepEqual(notebook.standing("vm-1", 9.99), { state: "pending", due: 10, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 10).findings, { "overdue-intent": 10 });
  });

  test("a release is overdue after ten minutes", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1), releasing().at(2));
    assert.deepEqual(notebook.standing("vm-1", 11.99), { state: "releasing", due: 12, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 12).findings, { "release-overdue": 12 });
  });

  test("a resource may live for a day", () => {
    const notebook = given(intended().at(0), allocated("i-1").at(1));
    assert.deepEqual(notebook.standing("vm-1", 24 * HOURS + 0.99), {
      state: "allocated",
      due: 1441,
      findings: {},
    });
    assert.deepEqual(notebook.standing("vm-1", 1441).findings, { "over-ttl": 1441 });
  });

  test("members of an allocation that failed are left to their engine for ten minutes", () => {
    const notebook = given(begun().at(0), intended({ allocation: "fleet" }).at(0), allocated("i-1").at(1));
    notebook.hears(finished("failed").at(5));
    assert.deepEqual(notebook.standing("vm-1", 14.99), { state: "allocated", due: 15, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 15).findings, { abandoned: 15 });
  });
});

describe("where it was said how long", () => {
  test("no end is unwatched, and no extension ends it", () => {
    const notebook = given(intended({ ttlSeconds: null }).at(0), allocated("i-1").at(1), extended(600).at(2));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 1, findings: { unwatched: 1 } });
  });

  test("no time at all is due at once", () => {
    assert.deepEqual(given(intended({ timeoutSeconds: 0 }).at(0)).standing("vm-1", 0).findings, {
      "overdue-intent": 0,
    });
    const running = given(intended({ ttlSeconds: 0 }).at(0), allocated("i-1").at(1));
    assert.deepEqual(running.standing("vm-1", 1).findings, { "over-ttl": 1 });
    running.hears(releasing({ timeoutSeconds: 0 }).at(2));
    assert.deepEqual(running.standing("vm-1", 2).findings, { "release-overdue": 2 });
  });

  test("it lives from the first report that it exists", () => {
    const notebook = given(
      intended({ ttlSeconds: 600 }).at(0),
      allocated("i-1").at(5),
      allocated("i-1").at(1),
    );
    assert.equal(notebook.standing("vm-1", 6).due, 11);
  });
});

const member = (more = {}) => intended({ allocation: "fleet", ...more });

describe("a member of an allocation", () => {
  test("shares its deadline, unless it has one of its own", () => {
    const fleet = begun({ timeoutSeconds: 1800 }).at(0);
    assert.equal(given(fleet, member().at(5)).standing().due, 30);
    assert.equal(given(fleet, member({ timeoutSeconds: 60 }).at(5)).standing().due, 6);
  });

  test("shares a deadline that leaves no time", () => {
    const notebook = given(begun({ timeoutSeconds: 0 }).at(5), member().at(5));
    assert.deepEqual(notebook.standing("vm-1", 5).findings, { "overdue-intent": 5 });
  });

  test("that is registered after the deadline has the time of one that stands alone", () => {
    assert.equal(given(begun({ timeoutSeconds: 60 }).at(0), member().at(5)).standing().due, 15);
  });

  test("is abandoned a grace after its allocation failed, though the deadline is far", () => {
    const notebook = given(begun({ timeoutSeconds: 36_000 }).at(0), member().at(0), allocated("i-1").at(1));
    assert.equal(notebook.standing().due, 610);
    notebook.hears(finished("failed").at(5));
    assert.deepEqual(notebook.standing("vm-1", 15), {
      state: "allocated",
      due: 15,
      findings: { abandoned: 15 },
    });
  });

  test("is abandoned a grace after its allocation was due and is still open", () => {
    const notebook = given(begun({ timeoutSeconds: 300 }).at(0), member().at(0), allocated("i-1").at(1));
    assert.deepEqual(notebook.standing("vm-1", 14), { state: "allocated", due: 15, findings: {} });
    assert.deepEqual(notebook.standing("vm-1", 15).findings, { abandoned: 15 });
  });

  test("is taken back by a late `done`", () => {
    const notebook = given(begun({ timeoutSeconds: 300 }).at(0), member().at(0), allocated("i-1").at(1));
    assert.deepEqual(notebook.standing().findings, { abandoned: 15 });
    notebook.hears(finished("done").at(50));
    assert.deepEqual(notebook.standing(), { state: "allocated", due: 1441, findings: {} });
  });

  test("stays abandoned by a failure, though `done` is reported too", () => {
    const notebook = given(begun().at(0), member().at(0), allocated("i-1").at(1));
    notebook.hears(finished("failed").at(5));
    notebook.hears(finished("done").at(6));
    assert.deepEqual(notebook.standing().findings, { abandoned: 15 });
  });

  test("is abandoned only while it exists and nobody releases it", () => {
    const notebook = given(begun().at(0), member().at(0), finished("failed").at(1));
    assert.deepEqual(notebook.standing().findings, { "overdue-intent": 10 });
    notebook.hears(allocated("i-1").at(2));
    assert.deepEqual(notebook.standing().findings, { abandoned: 11 });
    notebook.hears(releasing({ timeoutSeconds: 36_000 }).at(3));
    assert.deepEqual(notebook.standing().findings, {});
  });
});

const placesOf = (sayings: Saying[], now = 60) => {
  const resource = given(...sayings).resource("vm-1") as Resource;
  const { findings } = deriveResource(resource, atMinute(now));
  return findings.map(({ kind, facts }) => [kind, ...facts.map((place) => resource.facts[place]?.kind)]);
};

describe("the evidence", () => {
  test("of a finding is the facts that it rests on", () => {
    const running = [intended().at(0), allocated("i-1").at(1)];
    assert.deepEqual(placesOf([intended().at(0)]), [["overdue-intent", "intent"]]);
    assert.deepEqual(placesOf([intended().at(0), failed().at(1), unknown().at(2)]), [
      ["unknown-outcome", "unknown"],
    ]);
    assert.deepEqual(placesOf([...running, extended(30)], 1500), [["over-ttl", "allocated", "extended"]]);
    assert.deepEqual(placesOf([...running, releasing().at(2)]), [["release-overdue", "releasing"]]);
    assert.deepEqual(placesOf([...running, releasing().at(2), releaseFailed().at(3)]), [
      ["release-failed", "release-failed"],
    ]);
    assert.deepEqual(placesOf([...running, allocated("i-2").at(2), freed("i-2").at(3)]), [
      ["contradicted", "allocated", "freed"],
      ["duplicate", "allocated", "allocated"],
    ]);
  });

  test("leaves out an unknown that was closed since", () => {
    const sayings = [
      intended(),
      unknown({ reason: "first" }).at(1),
      allAttemptsFailed().at(2),
      unknown().at(3),
    ];
    const resource = given(...sayings).resource("vm-1") as Resource;
    assert.deepEqual(deriveResource(resource, atMinute(60)).findings[0]?.facts, [3]);
  });
});
