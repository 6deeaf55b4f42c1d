import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, reasonOf } from "../src/reason.ts";

test("a reason tells the error and what caused it", () => {
  const cause = Object.assign(new Error(""), { code: "ECONNREFUSED", name: "AggregateError" });
  assert.equal(
    reasonOf(new TypeError("fetch failed", { cause })),
    "TypeError: fetch failed: AggregateError: ECONNREFUSED",
  );
});

test("a reason is never empty and never an error of its own", () => {
  const loop = new Error("a");
  loop.cause = loop;
  const hostile = {
    get message() {
      throw new Error("mine");
    },
  };
  assert.equal(reasonOf(new Map()), "a thrown Map");
  for (const thrown of [
    "",
    undefined,
    null,
    0,
    {},
    Object.create(null),
    Symbol("s"),
    loop,
    hostile,
    () => 1,
  ]) {
    assert.match(reasonOf(thrown), /./);
  }
});

test("a text is cut to what the server takes, and not within a character", () => {
  assert.equal(cut("x".repeat(1024)), "x".repeat(1024));
  assert.equal(cut("x".repeat(1025)), `${"x".repeat(1023)}…`);
  assert.equal(cut("abc🙂🙂", 5), "abc…");
  assert.equal(cut("abcd🙂🙂", 7), "abcd🙂…");
});
