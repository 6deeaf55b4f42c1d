import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { EXIT, plugin } from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/providers.md", import.meta.url), "utf8");
const section = page.slice(page.indexOf("## Any program"), page.indexOf("## Writing one"));
const rows = section.split("\n").filter((line) => line.startsWith("| "));

describe("the document", () => {
  it("has a row with every setting, and with no other", () => {
    const table = rows.slice(rows.findIndex((row) => row.startsWith("| setting ")) + 1);
    const named = table.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    assert.deepEqual(named.toSorted(), Object.keys(plugin.settings).toSorted());
  });

  it("has a row with every exit code", () => {
    for (const code of Object.values(EXIT))
      assert.ok(
        rows.some((row) => row.startsWith(`| ${code} `)),
        `${code}`,
      );
  });
});
