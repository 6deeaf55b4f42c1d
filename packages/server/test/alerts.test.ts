import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FINDINGS, MemoryStore } from "@drett/core";
import { parse } from "yaml";
import { Metrics } from "../src/metrics.ts";

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}

const text = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const { groups } = parse(text("examples/alerts/drett.rules.yaml")) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);

/** What a server that has just started tells. */
async function told(): Promise<string> {
  const metrics = new Metrics(() => 0);
  metrics.watch(new MemoryStore(), Date.now);
  return metrics.text();
}

test("each alert rests on metrics that a server tells, and on kinds of findings that there are", async () => {
  const metrics = await told();
  assert.ok(rules.length > 0);
  for (const { alert, expr } of rules) {
    const names = expr.match(/drett_\w+/g) ?? [];
    assert.ok(names.length > 0, alert);
    for (const name of names) assert.match(metrics, new RegExp(`^# TYPE ${name} `, "m"), `${alert}: ${name}`);
    const kinds = (/kind=~"([^"]+)"/.exec(expr)?.[1] ?? "").split("|").filter((kind) => kind !== "");
    for (const kind of kinds) assert.ok(kind in FINDINGS, `${alert}: ${kind}`);
  }
});

test("each alert says what is wrong, and what to do", () => {
  for (const { alert, annotations } of rules) {
    assert.match(annotations.summary, /\.$/, alert);
    assert.match(annotations.description, /\.$/, alert);
  }
});

test("every metric is in docs/monitoring.md", async () => {
  const documented = text("docs/monitoring.md");
  const names = [...(await told()).matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name as string);
  for (const name of names) assert.ok(documented.includes(`\`${name}\``), name);
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
const skip = promtool ? false : "promtool is missing: apt-get install prometheus";

for (const [kind, file] of [
  ["check", "drett.rules.yaml"],
  ["test", "drett.rules.test.yaml"],
] as const) {
  test(`promtool finds nothing wrong with ${file}`, { skip }, () => {
    const { status, stdout, stderr } = spawnSync("promtool", [kind, "rules", file], {
      cwd: new URL("../../../examples/alerts/", import.meta.url),
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout + stderr);
  });
}
