import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FINDING_KINDS, type FindingKind } from "./finding.ts";
import {
  allAttemptsFailed,
  allocated,
  begun,
  claimed,
  confirmedExists,
  confirmedGone,
  confirmedLapsed,
  confirmedNeverCreated,
  confirmedOutcome,
  extended,
  finished,
  forgotten,
  freed,
  frozenByItself,
  frozenByPerson,
  given,
  held,
  intended,
  minute,
  planAborted,
  planApproved,
  planProposed,
  reclaimOrdered,
  releaseFailed,
  releasing,
  type Saying,
  sessionLapsed,
  sessionOpened,
  sessionRecovered,
  settled,
  thawed,
  thawedByItself,
  unheld,
  unknown,
} from "./testing/given.ts";

const running = [intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1)];
const endless = [intended({ ttlSeconds: null }).at(0), allocated("i-1").at(1)];
const member = intended({ allocation: "fleet" }).at(0);

/** What leads to it, and each way out that its remedy names. */
const WAYS_OUT: { readonly [kind in FindingKind]?: readonly [Saying[], readonly Saying[], id?: string] } = {
  stuck: [
    [...running, reclaimOrdered(), claimed(), settled("denied")],
    [reclaimOrdered({ decision: "again" }), confirmedGone()],
  ],
  "budget-spent": [[frozenByItself()], [thawedByItself()], "freeze-1"],
  frozen: [[frozenByPerson()], [thawed()], "freeze-1"],
  "plan-waiting": [[planProposed()], [planApproved(), planAborted()], "plan-1"],
  zombie: [
    [...running, freed("i-1").at(5), confirmedExists("i-1").at(6)],
    [confirmedGone(), extended(120)],
  ],
  contradicted: [
    [...running, freed("i-9").at(5)],
    [freed("i-1"), confirmedGone()],
  ],
  duplicate: [
    [...running, extended(90), allocated("i-2").at(3), freed("i-2").at(4)],
    [freed("i-1"), confirmedGone()],
  ],
  "unknown-outcome": [
    [intended().at(0), unknown().at(1)],
    [allocated("i-1"), allAttemptsFailed()],
  ],
  "release-failed": [[...running, releaseFailed().at(2)], [confirmedGone()]],
  abandoned: [
    [begun().at(0), member, allocated("i-1").at(1), finished("failed").at(2)],
    [confirmedGone(), forgotten()],
  ],
  "over-ttl": [running, [confirmedGone(), extended(120)]],
  "release-overdue": [[...running, releasing().at(2)], [confirmedGone()]],
  "overdue-intent": [[intended().at(0)], [allocated("i-1"), confirmedNeverCreated()]],
  "overdue-allocation": [
    [begun().at(0)],
    [finished("done"), finished("failed"), confirmedOutcome("failed")],
    "fleet",
  ],
  "lapsed-together": [
    [sessionOpened().at(0), sessionLapsed({ together: { silent: 9, of: 10 }, until: minute(120) })],
    [confirmedLapsed(), sessionRecovered()],
    "engine-1",
  ],
  "hold-ended": [
    [...endless, held(30).at(2)],
    [unheld(), held(90, { hold: "hold-2" })],
  ],
  unwatched: [endless, [confirmedGone(), forgotten()]],
};

describe("the remedy lifts its finding", () => {
  for (const [kind, [sayings, ways, id]] of Object.entries(WAYS_OUT)) {
    for (const way of ways) {
      test(`${kind}: ${way.command.name}`, () => {
        const notebook = given(...sayings);
        assert.ok(kind in notebook.standing(id).findings, "it holds");
        const answer = notebook.hears(way);
        assert.ok(!("refused" in answer), JSON.stringify(answer));
        assert.ok(!(kind in notebook.standing(id).findings), "it is lifted");
      });
    }
  }

  test("contradicted, of an allocation: confirm-outcome", () => {
    const notebook = given(begun().at(0), finished("done").at(1), finished("failed").at(2));
    assert.ok("contradicted" in notebook.standing("fleet").findings, "it holds");
    notebook.decides(confirmedOutcome("failed"));
    assert.deepEqual(notebook.standing("fleet").findings, {});
  });

  test("of every finding that the sweep does not carry out", () => {
    const others = FINDING_KINDS.filter((kind) => !(kind in WAYS_OUT) && kind !== "session-lapsed");
    assert.deepEqual(others, []);
  });
});

test("to extend what is abandoned, or has no end, does not lift it", () => {
  for (const kind of ["abandoned", "unwatched"] as const) {
    const [sayings] = WAYS_OUT[kind] ?? [[]];
    const notebook = given(...sayings, extended(600));
    assert.ok(kind in notebook.standing().findings, kind);
  }
});
