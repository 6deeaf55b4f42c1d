import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "./figures.ts";
import { engine, event, fact, NOTES, wellRun, withResource } from "./invariants/made-up.ts";
import { explain, sentenceOf, summaryOf, tableOf } from "./report.ts";
import type { Round } from "./round.ts";

/** Its engine died at 3 s, drett found what it left at 8 s and freed it at 10 s. */
const round = (checks: Round["checks"]): Round => ({
  store: "sqlite",
  servers: 1,
  seed: 7,
  lasted: 30,
  happened: [{ name: "an engine is killed", from: 3_000, to: 3_001 }],
  checks,
  evidence: {
    ...withResource(wellRun(), { facts: [fact("intent"), fact("session-lapsed")] }),
    remaining: [],
    engines: [engine({ died: 3_000 })],
    journal: [
      { number: 1, at: 1_050, by: "engine-0", event: "fault", on: "create", fault: "slow" },
      event("created", 1_100),
      event("deleting", 9_000, { by: "drett" }),
      event("gone", 10_000, { by: "drett" }),
    ],
    fed: [{ at: 8_000, resource: "d1", kind: "session-lapsed" }],
  },
});

test("the last line counts what held in all rounds, and what was broken in any", () => {
  const well = round({ one: [], other: [] });
  assert.equal(summaryOf([well, well]), "campaign: 2 invariants held, 0 broken");
  assert.equal(
    summaryOf([well, round({ one: ["resource d1: …"], other: [] })]),
    "campaign: 1 invariants held, 1 broken",
  );
  assert.match(sentenceOf(round({ one: ["resource d1: …"] })), /seed 7, .*1 INVARIANTS BROKEN$/);
});

test("what is broken is told with its seed and the history of its resource", () => {
  const told = explain(round({ "nothing breaks": ["resource d1: i-1 was deleted"], other: [] }));
  assert.match(
    told,
    /^seed 7, 1 on sqlite\nbroken: nothing breaks \(1\)\n {2}resource d1: i-1 was deleted\n/,
  );
  for (const line of [
    "00:00:01.000 engine-0: intended",
    "00:00:01.100 cloud: created i-1 (u-1) by engine-0",
    "00:00:02.000 engine-0: heartbeat, answered",
    "00:00:03.000 engine-0 is killed",
    "00:00:03.000 meanwhile, until 00:00:03.001: an engine is killed",
    "00:00:08.000 drett's feed: session-lapsed",
    "00:00:10.000 cloud: gone i-1 (u-1) by drett",
    "drett has it as allocated, findings: none",
    '{"kind":"session-lapsed"',
  ])
    assert.ok(told.includes(line), `${line} is missing in\n${told}`);
});

test("the figures tell how many leaked, and when they were found and freed", () => {
  const { leaks, toFind, toFree, ofCloud, inflicted, falseAlarms } = figuresOf(round({}));
  assert.deepEqual({ leaks, toFind, toFree }, { leaks: 1, toFind: [5_000], toFree: [7_000] });
  assert.deepEqual({ ofCloud, inflicted, falseAlarms }, { ofCloud: 1, inflicted: 1, falseAlarms: 0 });
  assert.equal(
    tableOf([round({})]).at(-1),
    "| sqlite, 1 | 30 s | 1 | 1 | 1 | 1 | 5.0, 5.0, 5.0 s | 7.0, 7.0, 7.0 s | 0 |",
  );
});

test("a lapse of an engine that lived and ran is a false alarm, one that was stopped is none", () => {
  const alarms = (other: object) => {
    const { evidence, ...more } = round({});
    return figuresOf({ ...more, evidence: { ...evidence, engines: [engine(other)] } }).falseAlarms;
  };
  assert.equal(alarms({}), 1);
  assert.equal(alarms({ notes: NOTES, stops: [{ from: 2_500, to: 8_500 }] }), 0);
  assert.equal(alarms({ died: 3_000 }), 0);
});
