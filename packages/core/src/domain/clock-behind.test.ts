import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { standingOrder } from "./reclaim/order.ts";
import type { Resource } from "./record.ts";
import {
  allocated,
  begun,
  confirmedExists,
  confirmedGone,
  confirmedNeverCreated,
  confirmedOutcome,
  extended,
  finished,
  forgotten,
  freed,
  given,
  intended,
  type Notebook,
  reclaimOrdered,
  type Saying,
  unknown,
} from "./testing/given.ts";

const running = [intended().at(0), allocated("i-1").at(50)];

/** What is decided, on what, and what must have come of it. */
const DECISIONS: {
  readonly [name: string]: readonly [Saying[], Saying, (notebook: Notebook) => void];
} = {
  "confirm-gone": [running, confirmedGone(), (it) => assert.equal(it.standing().state, "freed")],
  "confirm-never-created": [
    [intended().at(0), unknown().at(50)],
    confirmedNeverCreated(),
    (it) => assert.equal(it.standing().state, "never-created"),
  ],
  forget: [running, forgotten(), (it) => assert.equal(it.standing().state, "forgotten")],
  "confirm-exists": [
    [...running, freed("i-1").at(55)],
    confirmedExists("i-1"),
    (it) => assert.equal(it.standing().state, "allocated"),
  ],
  "reclaim-now": [
    [...running, extended(600).at(55)],
    reclaimOrdered(),
    (it) => assert.ok(standingOrder(it.resource("vm-1") as Resource)),
  ],
  "confirm-outcome": [
    [begun().at(0), finished("done").at(50), finished("failed").at(55)],
    confirmedOutcome("done"),
    (it) => assert.deepEqual(it.standing("fleet").findings, {}),
  ],
};

describe("a decision takes effect on what was seen, though the clock is behind what is recorded", () => {
  for (const [name, [sayings, decision, check]] of Object.entries(DECISIONS)) {
    for (const [what, said] of [
      ["told without a time", decision],
      ["told with the right time", decision.at(60)],
    ] as const) {
      test(`${name}, ${what}`, () => {
        const notebook = given(...sayings);
        notebook.now = 30;
        notebook.decides(said);
        notebook.now = 60;
        check(notebook);
      });
    }
  }

  test("but reaches nothing that was not seen", () => {
    const notebook = given(...running, extended(600).at(55));
    notebook.now = 30;
    notebook.decides(reclaimOrdered().with({ seen: 2 }));
    assert.equal(standingOrder(notebook.resource("vm-1") as Resource), undefined);
  });
});
