import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
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

function defaultOf(setting: (typeof SETTINGS)[keyof typeof SETTINGS]): string | undefined {
  if (!("default" in setting)) return undefined;
  return setting.type === "duration" ? `${setting.default}s` : setting.default;
}
