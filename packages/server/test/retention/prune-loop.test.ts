import assert from "node:assert/strict";
import { test } from "node:test";
import type { PruneStep } from "@drett/core";
import { pruneLoop } from "../../src/retention/prune-loop.ts";

const STEP: PruneStep = { pruned: [], cleared: 0, trimmed: 1 };
const EVERY = 3_600_000;

/** A loop that rests for no time, until it has rested so often; what it did, and how long it wished to rest. */
async function trial(rounds: readonly (() => AsyncIterable<PruneStep>)[], rests: number) {
  const did: (PruneStep | Error)[] = [];
  const rested: number[] = [];
  const enough = Promise.withResolvers<void>();
  let round = 0;
  const loop = pruneLoop({
    round: () => (rounds[round++] ?? async function* () {})(),
    everyMs: EVERY,
    onStep: (step) => did.push(step),
    onError: (error) => did.push(error as Error),
    random: () => 0.5,
    async rest(ms, signal) {
      rested.push(ms);
      if (rested.length < rests) return;
      enough.resolve();
      if (signal.aborted) return;
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    },
  });
  loop.start();
  await enough.promise;
  await loop.stop();
  return { did, rested, round };
}

async function* steps(count: number, last: PruneStep = STEP) {
  for (let step = 1; step < count; step++) yield STEP;
  yield last;
}

test("waits a random part of its pause, and rests after each step for longer than that took", async () => {
  const { did, rested } = await trial([() => steps(3)], 5);
  assert.deepEqual(did, [STEP, STEP, STEP]);
  assert.equal(rested[0], 300_000);
  for (const rest of rested.slice(1, 4)) assert.ok(rest > 0 && rest <= 5_000, `${rest}`);
  assert.equal(rested[4], EVERY);
});

test("leaves a store that has trouble alone, longer each time, and comes again", async () => {
  const refused: PruneStep = { ...STEP, refused: "queue-full" };
  const failing = () => {
    throw new Error("the store is gone");
  };
  const { did, rested, round } = await trial([() => steps(1, refused), failing, () => steps(1)], 5);
  assert.deepEqual([did[0], (did[1] as Error).message, did[2]], [refused, "the store is gone", STEP]);
  assert.deepEqual([rested[1], rested[2], rested[4]], [2_000, 4_000, EVERY]);
  assert.equal(round, 3);
});

test("stops after the step that is under way", async () => {
  const { did } = await trial([() => steps(5)], 2);
  assert.deepEqual(did, [STEP]);
});
