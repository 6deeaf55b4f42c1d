import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { FINDING_KINDS, FINDINGS, rankOf } from "./finding.ts";

const read = (place: string) => readFileSync(new URL(place, import.meta.url), "utf8");
const text = read("../../../../docs/findings.md");
const worstFirst = FINDING_KINDS.toSorted((a, b) => rankOf(a) - rankOf(b));

test("docs/findings.md lists every finding with its remedy, the worst first, and no other", () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| \S.*? \| (.*) \|$/gm)];
  assert.deepEqual(
    rows.map(([, kind, remedy]) => [kind, remedy]),
    worstFirst.map((kind) => [kind, FINDINGS[kind].remedy]),
  );
});

test("docs/findings.md shows of every finding a sentence that the code says", () => {
  const samples = [...text.matchAll(/^- `([a-z-]+)`: (.+)$/gm)].filter(([, kind = ""]) => kind in FINDINGS);
  assert.deepEqual(
    samples.map(([, kind]) => kind),
    worstFirst,
  );
  const tested = read("./sentence.test.ts");
  for (const [, , sample] of samples) assert.ok(tested.includes(`"${sample}"`), sample);
});
