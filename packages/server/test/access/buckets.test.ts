import assert from "node:assert/strict";
import { test } from "node:test";
import { Buckets } from "../../src/access/buckets.ts";

test("a bucket lets a burst through, then so many a second, and no more after a pause", () => {
  const buckets = new Buckets({ perSecond: 2, burst: 3, names: 10 });
  const takes = (now: number) => buckets.take("a", now);
  assert.deepEqual([0, 0, 0, 0].map(takes), [0, 0, 0, 1]);
  assert.deepEqual([499, 500, 501].map(takes), [1, 0, 1]);
  assert.deepEqual([60_000, 60_000, 60_000, 60_000].map(takes), [0, 0, 0, 1]);
  assert.equal(buckets.take("b", 60_000), 0, "each name has its own");
});

test("a bucket in debt lets nobody through until it is paid", () => {
  const buckets = new Buckets({ perSecond: 2, burst: 3, names: 10 });
  assert.equal(buckets.take("a", 0), 0);
  buckets.charge("a", 0, 9);
  assert.equal(buckets.taken("a", 0), 10);
  assert.deepEqual(
    [0, 3_999, 4_000].map((now) => buckets.take("a", now)),
    [4, 1, 0],
  );
  assert.equal(buckets.taken("a", 60_000), 0);
});

test("of more names than it remembers, the one that came longest ago is forgotten", () => {
  const buckets = new Buckets({ perSecond: 0.001, burst: 1, names: 2 });
  const take = (name: string) => buckets.take(name, 0) === 0;
  assert.deepEqual(["a", "b", "a"].map(take), [true, true, false]);
  assert.equal(take("c"), true);
  assert.deepEqual(["a", "b"].map(take), [false, true], "b was forgotten for c");
});
