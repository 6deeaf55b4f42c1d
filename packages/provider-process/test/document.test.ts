import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { plugin } from "../src/index.ts";
import { Processes } from "./processes.ts";

const document = readFileSync(new URL("../../../docs/providers.md", import.meta.url), "utf8");
const [, section = ""] = /^## Processes of this machine\n([\s\S]*?)^## /m.exec(document) ?? [];

test("docs/providers.md lists every setting with its default and meaning, and no other", () => {
  const rows = [...section.matchAll(/^\| `(\w+)` \| (?:`(.*?)` )?\| (.*) \|$/gm)].map(
    ([, ...cells]) => cells,
  );
  const settings = Object.entries(plugin.settings).map(([name, setting]) => {
    const value = "default" in setting ? setting.default : undefined;
    return [name, typeof value === "number" ? `${value}s` : value, setting.meaning];
  });
  assert.deepEqual(rows, settings);
});

test("docs/providers.md tells a shell the external id of a process", async () => {
  await using processes = new Processes();
  const { pid, externalId } = await processes.sleep("a");
  const [, script = ""] = /^```sh\n([\s\S]*?)^```/m.exec(section) ?? [];
  const told = await processes.start(`pid=${pid}\n${script}exec sleep 600`);
  assert.equal(told.said, externalId);
});
