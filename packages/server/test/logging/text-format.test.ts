import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readEntry } from "../../src/logging/entry.ts";
import { compileText } from "../../src/logging/text-format.ts";
import { compileTime } from "../../src/logging/time-format.ts";

const TIME = new Date(2026, 10, 3, 9, 5, 7, 42);

const entryOf = (fields: object) =>
  readEntry(
    JSON.stringify({
      time: TIME.toISOString(),
      level: "warn",
      pid: 7,
      hostname: "here",
      logger: "drett.http",
      msg: "it happened",
      ...fields,
    }),
  );
const write = (line: string, fields: object = {}, time?: string) =>
  compileText({ kind: "text", line, time })(entryOf(fields));

test("the old drett's format writes what Python wrote", () => {
  assert.equal(
    write("%(asctime)s %(name)s %(levelname)s %(message)s"),
    "2026-11-03 09:05:07,042 drett.http WARNING it happened",
  );
});

// Each as Python 3.11 writes it.
for (const [format, written] of [
  ["%(levelname)-9s|", "WARNING  |"],
  ["%(levelname)9s|", "  WARNING|"],
  ["%(levelno)s %(levelno)05d", "30 00030"],
  ["%(msecs)03d", "042"],
  ["%(process)d %(process)s", "7 7"],
  ["100%% %(message)s", "100% it happened"],
  ["plain", "plain"],
  ["", ""],
] as const) {
  test(`the format ${JSON.stringify(format)} is written as Python writes it`, () => {
    assert.equal(write(format), written);
  });
}

test("times are written as strftime writes them", () => {
  assert.equal(
    compileTime("%Y-%m-%d %y %H:%M:%S %I%p %a %A %b %B %%")(TIME),
    "2026-11-03 26 09:05:07 09AM Tue Tuesday Nov November %",
  );
  assert.equal(compileTime("%I%p")(new Date(2026, 0, 1, 0)), "12AM");
  assert.match(compileTime("%z")(TIME), /^[+-]\d{4}$/);
  assert.equal(write("%(asctime)s", {}, "%d/%m %H:%M"), "03/11 09:05");
});

test("what the line is about follows the message, whatever the format", () => {
  assert.equal(
    write("%(message)s", {
      requestId: "r-1",
      actor: "local",
      record: "vm-1",
      status: 503,
      note: "two words",
    }),
    'it happened requestId=r-1 actor=local record=vm-1 status=503 note="two words"',
  );
});

test("what is in a message stays in its line, and on the terminal nothing else happens", () => {
  const evil = "a\nb\rc\td\u001b[2Je\u0000\u007f\u0085\u2028\u202ef";
  assert.equal(
    write("%(message)s", { msg: evil }),
    "a\\nb\\rc\\td\\u{1b}[2Je\\u{00}\\u{7f}\\u{85}\\u{2028}\\u{202e}f",
  );
  assert.doesNotMatch(
    write("%(message)s", { msg: "x", record: evil, err: { stack: evil } }),
    /[\p{Cc}\u2028]/u,
  );
});

test("no text makes a second line, or is taken for a directive", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (msg, value) => {
      const line = write("%(message)s|", { msg, value });
      assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      assert.ok(line.endsWith("|"));
    }),
  );
  assert.equal(write("%(message)s", { msg: "%(name)s %s %d" }), "%(name)s %s %d");
});
