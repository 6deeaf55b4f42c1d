import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Setting, Settings } from "@drett/core";
import { formatDuration } from "../../src/config/duration.ts";
import { loadPolicies } from "../../src/config/policies.ts";
import { ATTEMPTS, BUDGET, POLICY } from "../../src/config/policy-settings.ts";
import { readProviders } from "../../src/config/providers.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { readSettings } from "../../src/config/read-settings.ts";
import { refuseUnserved } from "../../src/policies/refuse-unserved.ts";
import { temporaryDirectory } from "../support/child-server.ts";
import { PLUGIN, serving } from "./provided.ts";

const file = (path: string) => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

test("docs/policies.md lists every key with its default, its bounds and its meaning, and no other", () => {
  const [, section = ""] = readFileSync(file("docs/policies.md"), "utf8").split("\n## Keys\n");
  const rows = [...section.matchAll(/^\| `([\w.]+)` \| (?:`(.*?)`)? ?\| (.*?) \| (.*) \|$/gm)].map(
    ([, ...cells]) => cells.map((cell) => cell ?? ""),
  );
  assert.deepEqual(rows, [
    ...rowsOf(POLICY, ""),
    ...rowsOf(ATTEMPTS, "attempts."),
    ...rowsOf(BUDGET, "budget."),
  ]);
});

function rowsOf(settings: Settings, prefix: string): string[][] {
  return readSettings(settings, new Map(), "/").shown.map(({ name, value }) => {
    const setting = settings[name] as Setting;
    return [`${prefix}${name}`, value, boundsOf(setting), setting.meaning];
  });
}

function boundsOf(setting: Setting): string {
  if (setting.type === "choice") return setting.of.map((word) => `\`${word}\``).join(", ");
  if (setting.type === "integer") return `${setting.least} to ${setting.most}`;
  if (setting.type === "duration")
    return `${formatDuration(setting.least)} to ${formatDuration(setting.most)}`;
  assert.equal(setting.type, "flag");
  return "`true`, `false`";
}

test("examples/policies can be used as it is", async (t) => {
  const directory = temporaryDirectory(t);
  cpSync(file("examples/policies"), directory, { recursive: true });
  const stub = join(directory, "node_modules/@drett/provider-process");
  mkdirSync(stub, { recursive: true });
  writeFileSync(join(stub, "package.json"), '{"type": "module", "exports": "./index.js"}');
  writeFileSync(join(stub, "index.js"), PLUGIN);
  const config = await readConfig(directory, {});
  const policies = loadPolicies(config);
  const chosen = await readProviders(config);
  assert.deepEqual(
    policies.map(({ name, mode }) => [name, mode]),
    [
      ["production", "observe"],
      ["ci-leftovers", "auto"],
      ["other-processes", "ask"],
      ["rest", "observe"],
    ],
  );
  refuseUnserved(
    policies,
    chosen.map(({ name, types }) => serving(name, types)),
  );
});
