import { randomBytes } from "node:crypto";
import type { Database } from "./database.ts";

/** What is raced for: a document that is written only if it still is as expected. */
export interface Prize {
  /** Whether this one got it. */
  take(expected: number): Promise<boolean>;
}

const ROUNDS = 5;
const RACERS = 8;

/**
 * Whether of several writers that all expect the same only one gets in. On a database where two can, they would write
 * over one another: what one of them was told is recorded would be lost.
 */
export async function isAtomic(prize: Prize): Promise<boolean> {
  for (let round = 0; round < ROUNDS; round++) {
    const took = await Promise.all(Array.from({ length: RACERS }, () => prize.take(round)));
    if (took.filter(Boolean).length !== 1) return false;
  }
  return true;
}

/** Races on a document of its own, each racer on a connection of its own. */
export async function probeAtomicity(database: Database): Promise<boolean> {
  const _id = `race-${randomBytes(6).toString("hex")}`;
  const { meta } = database;
  await database.insert(meta, [{ _id, taken: 0 }]);
  try {
    return await isAtomic({
      async take(taken) {
        const { n } = await database.update(meta, [{ q: { _id, taken }, u: { $set: { taken: taken + 1 } } }]);
        return n === 1;
      },
    });
  } finally {
    await database.remove(meta, { _id });
  }
}
