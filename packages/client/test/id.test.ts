import assert from "node:assert/strict";
import { test } from "node:test";
import { mintIds } from "../src/id.ts";
import { systemRuntime } from "../src/runtime.ts";

const FORM = /^d[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ALPHABET = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

test("an id is d and a UUIDv7 of now, within the alphabet of ids", () => {
  const id = mintIds(
    () => 0x0123456789ab,
    (count) => new Uint8Array(count).fill(0xff),
  )();
  assert.equal(id, "d01234567-89ab-73fc-bfff-ffffffffffff");
  assert.match(id, ALPHABET);
});

test("ids of one process ascend, also within a millisecond, past its count and when the clock goes back", () => {
  let now = 1_000;
  const mint = mintIds(
    () => now,
    (count) => new Uint8Array(count).fill(Math.random() * 256),
  );
  const ids = Array.from({ length: 10_000 }, mint);
  now = 500;
  ids.push(...Array.from({ length: 10 }, mint));
  now = 5_000;
  ids.push(mint());
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, FORM);
});

test("the ids of the real runtime differ by chance, not only by count", () => {
  const tails = Array.from({ length: 100 }, () => systemRuntime.newId().slice(-15));
  assert.equal(new Set(tails).size, 100);
});

test("without a global crypto, as on Node 18, ids are unique all the same", () => {
  const { crypto } = globalThis;
  Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
  try {
    const tails = Array.from({ length: 100 }, () => systemRuntime.newId().slice(-15));
    assert.equal(new Set(tails).size, 100);
  } finally {
    Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });
  }
});
