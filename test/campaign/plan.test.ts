import assert from "node:assert/strict";
import { test } from "node:test";
import { namesOf } from "./faults.ts";
import { engine, event } from "./invariants/made-up.ts";
import { tooLittle } from "./load.ts";
import { planOf } from "./plan.ts";

const NAMES = namesOf("postgres");

test("the same seed is the same plan of faults, another one is another plan", () => {
  assert.deepEqual(planOf(7, 60, NAMES), planOf(7, 60, NAMES));
  assert.notDeepEqual(planOf(7, 60, NAMES), planOf(8, 60, NAMES));
});

test("each fault comes once before any comes again", () => {
  const names = planOf(7, 600, NAMES).hard.map(({ name }) => name);
  assert.deepEqual(names.slice(0, NAMES.length).sort(), [...NAMES].sort());
  assert.ok(names.length > NAMES.length);
});

test("between storms there is time for a session to lapse", () => {
  const pauses = planOf(7, 600, NAMES)
    .hard.slice(1)
    .map(({ pauseMs }) => pauseMs);
  assert.ok(pauses.some((ms) => ms > 7_000));
  assert.ok(pauses.some((ms) => ms < 1_000));
});

test("a run with too little load during its faults does not count, and says so", () => {
  const created = Array.from({ length: 200 }, () => event("created", 5_000));
  const fault = { number: 1, at: 5_000, by: "drett", event: "fault", on: "list", fault: "slow" } as const;
  const faults = Array.from({ length: 20 }, () => fault);
  const engines = Array.from({ length: 5 }, () => engine({ died: 5_000 }));
  const run = { journal: [...created, ...faults], engines, began: 5_000, endedAt: 6_000 };
  assert.deepEqual(tooLittle(run), []);
  assert.deepEqual(tooLittle({ ...run, engines: [engine()] }), [
    "too little to count: 0 engines killed, 5 needed",
  ]);
  const words = tooLittle({ ...run, began: 5_001 });
  assert.match(
    words.join("\n"),
    /0 resources created, 200 needed\n.*0 engines killed.*\n.*0 faults of the cloud/,
  );
});
