import assert from "node:assert/strict";
import { test } from "node:test";
import { notOnDisk } from "./disk.ts";
import { explain, runRounds, sentenceOf } from "./rounds.ts";

const rounds = Number(process.env.DRETT_CRASH_ROUNDS ?? 3);
const seed = Number(process.env.DRETT_CRASH_SEED ?? Date.now() % 1_000_000);

const KILLED: { readonly [who: string]: number } = {
  "the server": 0,
  "the server and guests of its store": 6,
};

// A killed process leaves what it wrote to the kernel: that it is on the disk too, fsync.test.ts shows.
for (const [who, guests] of Object.entries(KILLED)) {
  test(`kill -9 of ${who} under load: what was acknowledged is there, and retries are answered alike`, {
    skip: notOnDisk(),
  }, async (t) => {
    t.diagnostic(`DRETT_CRASH_ROUNDS=${rounds} DRETT_CRASH_SEED=${seed}`);
    let done = 0;
    for await (const round of runRounds(rounds, seed, guests)) {
      t.diagnostic(sentenceOf(round));
      assert.equal(round.faults.length, 0, explain(round));
      done++;
    }
    assert.equal(done, rounds);
  });
}
