import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { sameJson } from "./json.ts";

describe("two JSON values", () => {
  test("are the same in whatever order their keys stand, an absent key being an undefined one", () => {
    assert.ok(sameJson({ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }));
    assert.ok(sameJson({ a: 1, b: undefined }, { a: 1 }));
  });

  test("differ in a value, a key, a length, a kind", () => {
    for (const [a, b] of [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { b: 1 }],
      [{ a: undefined, b: 1 }, { a: 1 }],
      [{ a: 1 }, { a: 1, b: 2 }],
      [{ a: null }, {}],
      [
        [1, 2],
        [2, 1],
      ],
      [[1], [1, 2]],
      [[], {}],
      [{ 0: 1 }, [1]],
      [1, "1"],
      [null, {}],
      [{ toString: 1 }, { valueOf: 1 }],
    ]) {
      assert.ok(!sameJson(a, b), JSON.stringify([a, b]));
      assert.ok(!sameJson(b, a), JSON.stringify([b, a]));
    }
  });
});
