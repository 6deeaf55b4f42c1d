import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { allocated, intended } from "../../domain/testing/given.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import type { Freeing, Target } from "../../ports/provider.ts";
import { hearsWell } from "../testing/engines.ts";
import { policy, type ReclaimWorld, reclaimWorld } from "../testing/reclaim-world.ts";

const WINDOW_MINUTES = 10;
const COUNT = 3;

interface Deletion {
  readonly id: string;
  readonly minutes: number;
}

/** Two servers on one store and one cloud, which write down what they order deleted. */
function windows(answerOf: (target: Target) => Freeing | Promise<Freeing> | undefined = () => undefined) {
  const store = new MemoryStore();
  const policies = [policy({ budget: { count: COUNT, percent: 100, windowSeconds: 60 * WINDOW_MINUTES } })];
  const world = reclaimWorld({ store, policies });
  const other = reclaimWorld({ store, policies, cloud: world.cloud, clock: world.clock });
  const deletions: Deletion[] = [];
  const free = world.cloud.free.bind(world.cloud);
  const ordered = async (target: Target) => {
    deletions.push({ id: target.id, minutes: world.clock.minutes });
    const answer = await answerOf(target);
    return answer ?? free(target);
  };
  Object.assign(world.cloud, { free: ordered });
  return { world, other, deletions };
}

async function leak(world: ReclaimWorld, id: string): Promise<void> {
  world.cloud.create(`i-${id}`, id);
  await hearsWell(world.engine, intended({ id, ttlSeconds: 60 }).at(0), allocated(`i-${id}`, { id }).at(1));
}

/** The most things of which a deletion was ordered in any window. */
function mostIn(deletions: readonly Deletion[]): number {
  const counts = deletions.map(({ minutes: end }) => {
    const within = deletions.filter(({ minutes }) => minutes <= end && minutes > end - WINDOW_MINUTES);
    return new Set(within.map(({ id }) => id)).size;
  });
  return Math.max(0, ...counts);
}

describe("a budget", () => {
  test("counts what is deleted at last, however long ago its share was taken", async () => {
    let refusals = 3;
    const { world, deletions } = windows(() =>
      refusals-- > 0 ? { answer: "later", reason: "429", afterSeconds: 595 } : undefined,
    );
    for (const id of ["vm-1", "vm-2", "vm-3"]) await leak(world, id);
    await world.pass();
    world.clock.minutes = 69.95;
    await world.pass();
    for (const id of ["vm-4", "vm-5", "vm-6"]) await leak(world, id);
    await world.passUntil(90, 0.5);
    assert.equal(mostIn(deletions), COUNT);
    assert.equal(new Set(deletions.map(({ id }) => id)).size, 6, "and all of them have gone at last");
  });

  test("counts what is deleted after the window of its share is over, or calls that off", async () => {
    const tired = new Set(["vm-1", "vm-2", "vm-3"]);
    const { world, other, deletions } = windows(({ id }) =>
      tired.delete(id) ? { answer: "later", reason: "429", afterSeconds: 450 } : undefined,
    );
    for (const id of tired) await leak(world, id);
    await world.pass();
    world.clock.minutes = 67.6;
    world.cloud.looking.push(async () => {
      world.clock.minutes += 3;
      for (const id of ["vm-4", "vm-5", "vm-6"]) await leak(world, id);
      await other.pass();
      return { answer: "present" };
    });
    await world.pass();
    assert.ok(deletions.length > 3);
    assert.ok(mostIn(deletions) <= COUNT, JSON.stringify(deletions));
  });

  test("is never exceeded in any window, whatever comes to be due and whatever providers answer", async () => {
    const event = fc.record({
      wait: fc.constantFrom(0, 0.5, 1, 3, 5, 9, 9.9),
      leaks: fc.constantFrom(0, 1, 1, 2, 3),
      server: fc.boolean(),
    });
    const answer = fc.constantFrom(
      undefined,
      undefined,
      { answer: "later", reason: "429" } as const,
      { answer: "later", reason: "429", afterSeconds: 590 } as const,
      { answer: "cannot-tell", reason: "hung" } as const,
      { answer: "accepted" } as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 5, maxLength: 25 }),
        fc.array(answer, { maxLength: 30 }),
        async (events, answers) => {
          const left = [...answers];
          const { world, other, deletions } = windows(() => left.shift());
          let number = 0;
          for (const { wait, leaks, server } of events) {
            world.clock.minutes += wait;
            for (let count = 0; count < leaks; count += 1) await leak(world, `vm-${++number}`);
            await (server ? world : other).pass();
          }
          assert.ok(mostIn(deletions) <= COUNT, JSON.stringify(deletions));
        },
      ),
      { numRuns: 60 },
    );
  });
});
