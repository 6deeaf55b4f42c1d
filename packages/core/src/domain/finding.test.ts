import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { dueOf, earliest, FINDING_KINDS, FINDINGS, type Finding, kindOfRank, rankOf } from "./finding.ts";

const finding = (kind: Finding["kind"], from: number): Finding => ({ kind, from, facts: [] });

describe("the findings", () => {
  test("keep their ranks for ever: stores keep them", () => {
    assert.deepEqual(Object.fromEntries(FINDING_KINDS.map((kind) => [kind, rankOf(kind)])), {
      stuck: 10,
      zombie: 15,
      contradicted: 20,
      duplicate: 25,
      "unknown-outcome": 30,
      "budget-spent": 33,
      "release-failed": 35,
      abandoned: 40,
      "session-lapsed": 45,
      "over-ttl": 50,
      "release-overdue": 55,
      "overdue-intent": 60,
      "lapsed-together": 65,
      frozen: 66,
      "plan-waiting": 68,
      "overdue-allocation": 70,
      "hold-ended": 80,
      unwatched: 90,
    });
  });

  test("are each found again by its rank, and no other rank is one", () => {
    for (const kind of FINDING_KINDS) assert.equal(kindOfRank(rankOf(kind)), kind);
    assert.throws(() => kindOfRank(21), /no finding has rank 21/);
  });

  test("each say what can be done", () => {
    for (const { remedy } of Object.values(FINDINGS)) assert.match(remedy, /^[A-Z].*\.$/);
  });
});

describe("what holds from a moment on", () => {
  const conditions = [finding("over-ttl", 30), finding("duplicate", 20), finding("abandoned", 10)];

  test("is found once the moment has come, worst first", () => {
    const { findings } = dueOf(conditions, 20);
    assert.deepEqual(
      findings.map(({ kind }) => kind),
      ["duplicate", "abandoned"],
    );
  });

  test("of one kind, the older comes first", () => {
    const { findings } = dueOf([finding("duplicate", 2), finding("duplicate", 1)], 5);
    assert.deepEqual(
      findings.map(({ from }) => from),
      [1, 2],
    );
  });

  test("is due at the first moment, and looked at next at the first that is to come", () => {
    assert.deepEqual([dueOf(conditions, 20).due, dueOf(conditions, 20).next], [10, 30]);
    assert.deepEqual([dueOf(conditions, 5).due, dueOf(conditions, 5).next], [10, 10]);
    assert.deepEqual([dueOf(conditions, 30).due, dueOf(conditions, 30).next], [10, null]);
    assert.deepEqual(dueOf([], 5), { due: null, findings: [], next: null });
  });

  test("the earliest of no time is none", () => {
    assert.equal(earliest([null, 3, 2]), 2);
    assert.equal(earliest([null]), null);
  });
});
