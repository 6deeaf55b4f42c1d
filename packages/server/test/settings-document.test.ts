import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SETTINGS } from "../src/config.ts";

test("docs/configuration.md lists every setting with its fallback and its meaning, and no other", () => {
  const text = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `(DRETT_\w+)` \| (?:`(.*?)`)? ?\| (.*) \|$/gm)].map(
    ([, name, fallback = "", meaning]) => [name, [fallback, meaning]],
  );
  assert.deepEqual(Object.fromEntries(rows), SETTINGS);
});
