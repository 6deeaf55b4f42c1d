import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { externalIdOf, openProcesses } from "../src/index.ts";
import { procTree } from "./proc-tree.ts";
import { inTime, Processes, SCOPE, targetOf, until } from "./processes.ts";

async function found(id: string, variable = "DRETT_RESOURCE"): Promise<readonly string[]> {
  const provider = openProcesses({ scope: SCOPE, users: "own", variable });
  const finds = await provider.find?.(targetOf(id, ""), inTime());
  assert.ok(finds?.answer === "found", JSON.stringify(finds));
  return finds.externalIds;
}

const fresh = () => `t${process.pid}-${performance.now().toString(36).replace(".", "")}`;

test("what a process has started is not another one of it", async () => {
  await using processes = new Processes();
  const id = fresh();
  const parent = await processes.start("sleep 600 & echo $!; exec sleep 600", { DRETT_RESOURCE: id });
  const child = externalIdOf(Number(parent.said));
  assert.deepEqual(await found(id), [parent.externalId]);
  await processes.end(parent.externalId);
  assert.deepEqual(await found(id), [child], "it is what is left of it");
  process.kill(Number(parent.said), "SIGKILL");
  await until("nothing is left", async () => (await found(id)).length === 0);
});

test("another variable may hold the id", async () => {
  await using processes = new Processes();
  const id = fresh();
  const { externalId } = await processes.start("echo here; exec sleep 600", { ENGINE_TAG: id });
  assert.deepEqual(await found(id, "ENGINE_TAG"), [externalId]);
  assert.deepEqual(await found(id), []);
});

test("a process that keeps its reader waiting holds nobody up", async (t) => {
  const proc = procTree(t);
  mkdirSync(join(proc, "4999999"));
  const environment = join(proc, "4999999/environ");
  assert.equal(spawnSync("mkfifo", [environment]).status, 0);
  const provider = openProcesses({ scope: SCOPE, proc });
  const controller = new AbortController();
  const calls = [
    provider.find?.(targetOf("a", ""), controller.signal),
    provider.list?.(SCOPE, controller.signal),
  ];
  controller.abort(new Error("its time is over"));
  for (const call of calls) await assert.rejects(call as Promise<unknown>, /its time is over/);
  // Lets the readers go, which wait for somebody to write.
  closeSync(openSync(environment, "r+"));
});
