import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { type Audible, listen, NOTHING_HEARD, type Reading, silenceSince } from "./audible.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const START: Reading = { monotonic: 0, wall: 1_795_000_000_000 };

/** One step: by how much each clock moves on, and whether drett could hear. */
interface Step {
  readonly monotonic: number;
  readonly wall: number;
  readonly hears: boolean;
}
const second: Step = { monotonic: SECOND, wall: SECOND, hears: true };
const seconds = (count: number): Step[] => Array.from({ length: count }, () => second);

/** The silence, after these steps, of one who was heard at the first of them. */
function silenceAfter(...steps: readonly Step[]): number {
  let reading = START;
  let audible: Audible = listen(NOTHING_HEARD, reading, true);
  const heard = audible.time;
  for (const { monotonic, wall, hears } of steps) {
    reading = { monotonic: reading.monotonic + monotonic, wall: reading.wall + wall };
    audible = listen(audible, reading, hears);
  }
  return silenceSince(audible, heard);
}

describe("the silence", () => {
  test("is the time that has passed", () => {
    assert.equal(silenceAfter(...seconds(60)), 60 * SECOND);
  });

  const gaps: { [name: string]: Step } = {
    "a stop of the process": { monotonic: 70 * SECOND, wall: 70 * SECOND, hears: true },
    "a sleep of the machine": { monotonic: SECOND, wall: 70 * SECOND, hears: true },
    "a clock set forward by an hour": { monotonic: SECOND, wall: HOUR, hears: true },
    "a clock set back by an hour": { monotonic: SECOND, wall: -HOUR, hears: true },
    "a store that cannot write": { ...second, hears: false },
  };
  for (const [name, gap] of Object.entries(gaps)) {
    test(`begins anew after ${name}`, () => {
      assert.equal(silenceAfter(...seconds(59), gap), 0);
      assert.ok(silenceAfter(...seconds(59), gap, ...seconds(30)) <= 30 * SECOND);
    });
  }

  test("does not begin before the end of an outage", () => {
    const deaf = Array.from({ length: 3 }, () => ({ ...second, hears: false }));
    assert.equal(silenceAfter(...deaf, second), 0);
    assert.equal(silenceAfter(...deaf, second, second), SECOND);
  });

  test("counts a step that was held up in part", () => {
    const late = { monotonic: 3 * SECOND, wall: 3 * SECOND, hears: true };
    assert.equal(silenceAfter(late), 2 * SECOND);
  });
});

const span = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1_500 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 * HOUR }) },
);
const step: fc.Arbitrary<Step> = fc
  .record({
    monotonic: span,
    skew: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -HOUR, max: HOUR }) },
    ),
    hears: fc.oneof(
      { weight: 9, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
  })
  .map(({ monotonic, skew, hears }) => ({ monotonic, wall: monotonic + skew, hears }));

describe("whatever the clocks do, the silence", () => {
  test("is never longer than either clock has moved since the last gap", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const sinceGap = steps.slice(steps.findLastIndex(({ hears }) => !hears) + 1);
        const moved = (clock: "monotonic" | "wall") =>
          sinceGap.reduce((sum, it) => sum + Math.max(0, it[clock]), 0);
        const silence = silenceAfter(...steps);
        assert.ok(silence >= 0 && silence <= Math.min(moved("monotonic"), moved("wall")), `${silence}`);
      }),
      { numRuns: 2_000 },
    );
  });

  test("is what has passed since, once there are no more gaps", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const before = silenceAfter(...steps, { ...second, hears: false }, second);
        assert.equal(before, 0);
        assert.equal(silenceAfter(...steps, { ...second, hears: false }, ...seconds(61)), 60 * SECOND);
      }),
    );
  });
});
