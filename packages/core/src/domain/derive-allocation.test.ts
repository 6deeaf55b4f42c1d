import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULTS } from "./defaults.ts";
import {
  ALLOCATION_STATES,
  type AllocationState,
  begun as begunFactOf,
  deriveAllocation,
} from "./derive-allocation.ts";
import type { AllocationFact } from "./fact.ts";
import type { FindingKind } from "./finding.ts";
import { type Allocation, newAllocation } from "./record.ts";
import {
  begun,
  confirmedOutcome,
  finished,
  given,
  minute,
  type Saying,
  standingOf,
} from "./testing/given.ts";

const REACHED: { [state in AllocationState]: Saying[] } = {
  open: [begun().at(0)],
  done: [begun().at(0), finished("done").at(1)],
  failed: [begun().at(0), finished("failed").at(1)],
};

const REPORTED: { [kind in AllocationFact["kind"]]: Saying } = {
  begun: begun().at(0),
  done: finished("done").at(5),
  failed: finished("failed").at(5),
  "confirmed-outcome": confirmedOutcome("done").at(5),
};

type Cell = readonly [
  state: AllocationState,
  due: number | null,
  findings: { [kind in FindingKind]?: number },
];

/** How it stands at minute 6. */
const TABLE: { [before in AllocationState]: { [kind in AllocationFact["kind"]]: Cell } } = {
  open: {
    begun: ["open", 10, {}],
    done: ["done", null, {}],
    failed: ["failed", null, {}],
    "confirmed-outcome": ["done", null, {}],
  },
  done: {
    begun: ["done", null, {}],
    done: ["done", null, {}],
    failed: ["failed", 5, { contradicted: 5 }],
    "confirmed-outcome": ["done", null, {}],
  },
  failed: {
    begun: ["failed", null, {}],
    done: ["failed", 5, { contradicted: 5 }],
    failed: ["failed", null, {}],
    "confirmed-outcome": ["failed", null, {}],
  },
};

const atMinute = (count: number) => ({ now: minute(count), defaults: DEFAULTS });
const fleet = (...sayings: Saying[]) => given(...sayings).allocation("fleet") as Allocation;
const minutes = (moment: number | null) => (moment === null ? null : (moment - minute(0)) / 60_000);

describe("each state of an allocation, when each fact is reported", () => {
  test("the table has a cell for every pair", () => {
    assert.deepEqual(Object.keys(TABLE), [...ALLOCATION_STATES]);
    for (const row of Object.values(TABLE)) assert.deepEqual(Object.keys(row), Object.keys(REPORTED));
  });

  for (const state of ALLOCATION_STATES) {
    for (const [kind, saying] of Object.entries(REPORTED)) {
      test(`${state}, ${kind}`, () => {
        const notebook = given(...REACHED[state]);
        assert.equal(notebook.standing("fleet").state, state);
        notebook.hears(saying);
        const [after, due, findings] = TABLE[state][kind as AllocationFact["kind"]];
        const record = notebook.allocation("fleet") as Allocation;
        const reversed = { ...record, facts: record.facts.toReversed() };
        assert.deepEqual(notebook.standing("fleet", 6), { state: after, due, findings });
        assert.deepEqual(standingOf(deriveAllocation(reversed, atMinute(6))), {
          state: after,
          due,
          findings,
        });
      });
    }
  }
});

describe("an allocation", () => {
  test("that is open past its deadline is a finding of its own, taken back when it is finished", () => {
    const notebook = given(begun({ timeoutSeconds: 300 }).at(0));
    assert.deepEqual(notebook.standing("fleet", 4.99), { state: "open", due: 5, findings: {} });
    assert.deepEqual(notebook.standing("fleet", 5).findings, { "overdue-allocation": 5 });
    notebook.hears(finished("done").at(7));
    assert.deepEqual(notebook.standing("fleet"), { state: "done", due: null, findings: {} });
  });

  test("has ten minutes where nobody said how long, and none where it was given none", () => {
    assert.equal(given(begun().at(0)).standing("fleet", 1).due, 10);
    assert.deepEqual(given(begun({ timeoutSeconds: 0 }).at(3)).standing("fleet", 3).findings, {
      "overdue-allocation": 3,
    });
  });

  test("contradicts itself since both was said, on both words", () => {
    const allocation = fleet(begun().at(0), finished("done").at(7), finished("failed").at(5));
    const { findings } = deriveAllocation(allocation, atMinute(60));
    assert.deepEqual(findings, [{ kind: "contradicted", from: minute(7), facts: [1, 2] }]);
  });

  test("cannot be read without its beginning", () => {
    assert.throws(() => begunFactOf(newAllocation("fleet")), /never began/);
  });
});

const nextLook = (now: number, ...sayings: Saying[]) =>
  minutes(deriveAllocation(fleet(...sayings), atMinute(now)).next);

describe("the sweep looks at an allocation", () => {
  test("at once when it arrived: members may have been registered before it", () => {
    assert.equal(nextLook(60, begun().at(50)), 60);
  });

  test("when its deadline passes, and when its members become abandoned", () => {
    const open = begun({ timeoutSeconds: 600 }).at(58);
    assert.equal(nextLook(61, open), 68);
    assert.equal(nextLook(69, open), 78);
    assert.equal(nextLook(79, open), null);
  });

  test("at once when it was finished, for its members", () => {
    assert.equal(nextLook(60, begun().at(50), finished("done").at(55)), 60);
    assert.equal(nextLook(61, begun().at(50), finished("done").at(55)), null);
  });

  test("at once when it has failed, and a grace after that", () => {
    assert.equal(nextLook(60, begun().at(50), finished("failed").at(58)), 60);
    assert.equal(nextLook(61, begun().at(50), finished("failed").at(58)), 68);
    assert.equal(nextLook(69, begun().at(50), finished("failed").at(58)), null);
  });
});
