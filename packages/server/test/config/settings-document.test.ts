import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Settings } from "@drett/core";
import { readSettings, variableOf } from "../../src/config/read-settings.ts";
import { SERVER, STORE } from "../../src/config/settings.ts";

test("docs/configuration.md lists every setting with its variable, default and meaning, and no other", () => {
  const text = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| `(DRETT_\w+)` \| (?:`(.*?)`)? ?\| (.*) \|$/gm)].map(
    ([, ...cells]) => cells.map((cell) => cell ?? ""),
  );
  assert.deepEqual(rows, [...rowsOf(SERVER, "", "DRETT"), ...rowsOf(STORE, "store.", "DRETT_STORE")]);
});

function rowsOf(settings: Settings, prefix: string, variablePrefix: string): string[][] {
  const { shown } = readSettings(settings, new Map(), "/");
  return shown.map(({ name, value }) => [
    `${prefix}${name}`,
    variableOf(variablePrefix, name),
    value,
    settings[name]?.meaning ?? "",
  ]);
}
