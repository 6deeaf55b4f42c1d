import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { openProcesses, plugin } from "../src/index.ts";
import { inTime } from "./processes.ts";

const opening = { directory: "/", warn() {} };
const settings = { scope: undefined, variable: "DRETT_RESOURCE", grace: 10, users: "own" } as const;

test("answers for the machine by its host name, or by what that is called", async () => {
  for (const [scope, called] of [
    [undefined, hostname()],
    ["edge-7", "edge-7"],
  ] as const) {
    const provider = await plugin.open({ ...settings, scope }, opening);
    assert.equal((await provider.sees(called, inTime())).answer, "yes");
  }
});

test("refuses a variable that cannot be one", async () => {
  for (const variable of ["", "A=B", "1A", "A B"]) {
    await assert.rejects(plugin.open({ ...settings, variable }, opening), /^Error: variable: /);
  }
});

test("is refused where there is no /proc", () => {
  assert.throws(() => openProcesses({ proc: "/nowhere" }), /processes cannot be seen: .*\/nowhere/);
});
