import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FINDING_KINDS, rankOf } from "../finding.ts";
import { OBSTACLES } from "./outlook.ts";

const read = (name: string) => readFileSync(new URL(`../../../../../docs/${name}`, import.meta.url), "utf8");

test("docs/reclaim.md lists every obstacle, in their order, and no other", () => {
  const [, table = ""] = read("reclaim.md").split("## What is in the way");
  const rows = table.split("\n##")[0]?.matchAll(/^\| (`[^|]+) \|/gm) ?? [];
  const codes = [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code),
  );
  assert.deepEqual(codes, [...OBSTACLES]);
});

test("docs/record.md lists every finding with its rank, worst first", () => {
  const rows = [...read("record.md").matchAll(/^\| `([a-z-]+)` \| .* \| (\d+) \|$/gm)];
  const worstFirst = FINDING_KINDS.toSorted((a, b) => rankOf(a) - rankOf(b));
  assert.deepEqual(
    rows.map(([, kind, rank]) => [kind, Number(rank)]),
    worstFirst.map((kind) => [kind, rankOf(kind)]),
  );
});
