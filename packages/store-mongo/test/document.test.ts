import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { SETTINGS } from "../src/settings.ts";

test("docs/mongodb.md lists every setting with its default and meaning, and no other", () => {
  const text = readFileSync(new URL("../../../docs/mongodb.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `(\w+)` \| (?:`(.*?)` )?\| (.*) \|$/gm)].map(([, ...cells]) => cells);
  assert.deepEqual(
    rows,
    Object.entries(SETTINGS).map(([name, setting]) => [name, defaultOf(setting), setting.meaning]),
  );
});

test("docs/mongodb.md quotes messages that drett has", () => {
  const text = readFileSync(new URL("../../../docs/mongodb.md", import.meta.url), "utf8");
  const [, table = ""] = /\| message \| what to do \|\n([\s\S]*?)\n\n/.exec(text) ?? [];
  const quoted = [...table.matchAll(/^\| `(.*?)` \|/gm)].map(([, message = ""]) => message);
  const source = globSync(new URL("../src/*.ts", import.meta.url).pathname)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  assert.ok(quoted.length > 10);
  assert.deepEqual(
    quoted.filter((message) => !source.includes(message)),
    [],
  );
});

function defaultOf(setting: (typeof SETTINGS)[keyof typeof SETTINGS]): string | undefined {
  if (!("default" in setting)) return undefined;
  return setting.type === "duration" ? `${setting.default}s` : setting.default;
}
