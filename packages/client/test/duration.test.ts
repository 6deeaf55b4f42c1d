import assert from "node:assert/strict";
import { test } from "node:test";
import { millisecondsOf, secondsOf } from "../src/duration.ts";
import { ArgumentInvalid } from "../src/errors.ts";

test("a duration is text with units, or a number of seconds", () => {
  const table: [string | number, number][] = [
    ["90s", 90_000],
    ["10m", 600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["30d", 2_592_000_000],
    ["2w", 1_209_600_000],
    ["250ms", 250],
    ["0s", 0],
    [0, 0],
    [2.5, 2_500],
  ];
  for (const [duration, milliseconds] of table) {
    assert.equal(millisecondsOf(duration, "timeout"), milliseconds, String(duration));
  }
});

test("on the wire a duration is whole seconds, rounded up", () => {
  assert.equal(secondsOf("1ms", "ttl"), 1);
  assert.equal(secondsOf(1.2, "ttl"), 2);
  assert.equal(secondsOf("1h", "ttl"), 3600);
  assert.equal(secondsOf(0, "ttl"), 0);
});

test("what is no duration is refused by the name of its argument", () => {
  const refused = [
    "",
    "10",
    "m",
    "-1s",
    "1s ",
    "1y",
    "1h-1m",
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    true,
    {},
  ];
  for (const duration of refused) {
    assert.throws(
      () => millisecondsOf(duration as string, "timeout"),
      (error: unknown) =>
        error instanceof ArgumentInvalid &&
        error.argument === "timeout" &&
        error.message.startsWith("timeout is "),
      JSON.stringify(duration),
    );
  }
});
