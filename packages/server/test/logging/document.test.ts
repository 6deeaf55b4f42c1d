import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { LOGGERS } from "../../src/logging/logging.ts";
import { readLogging } from "../../src/logging/read-logging.ts";

const textOf = (place: string) => readFileSync(new URL(place, import.meta.url), "utf8");
const read = (text: string) =>
  readLogging(parse(text, { merge: true }), "/", (_path, message) => assert.fail(message));

const DOCUMENT = textOf("../../../../docs/logging.md");

test("the example in docs/logging.md can be used as it is", () => {
  const [, example = ""] = /```yaml\n([^]*?)```/.exec(DOCUMENT) ?? [];
  assert.deepEqual(Object.keys(read(example).handlers), ["console", "file", "central"]);
});

test("docs/logging.md names every logger, and no other", () => {
  const named = [...DOCUMENT.matchAll(/^\| `(drett[\w.]*)` \|/gm)].map(([, name]) => name);
  assert.deepEqual(named.sort(), [...LOGGERS].sort());
});

for (const name of ["testconfig", "testconfig-sqlite"]) {
  test(`the logging file of ${name}/ can be used as it is`, () => {
    assert.equal(read(textOf(`../../${name}/logging.yaml`)).loggers[""]?.level, "info");
  });
}
