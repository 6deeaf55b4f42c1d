import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { externalIdOf, openProcesses } from "../src/index.ts";
import { hasReader, pipeAt } from "./pipe.ts";
import { idInTree, procTree, statText } from "./proc-tree.ts";
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

/** A tree with a process whose environment a test writes, and its reader waits for. */
function withWaitingReader(t: TestContext) {
  const pid = 4_999_999;
  const proc = procTree(t, { [`${pid}/stat`]: statText(pid), "self/status": "CapEff:\t000001ffffffffff\n" });
  const environment = pipeAt(join(proc, `${pid}/environ`));
  return { provider: openProcesses({ scope: SCOPE, proc }), environment, externalId: idInTree(pid) };
}

test("a process that keeps its reader waiting holds nobody up", async (t) => {
  const { provider, environment } = withWaitingReader(t);
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

test("a process that is just becoming another program is found", { timeout: 60_000 }, async (t) => {
  const { provider, environment, externalId } = withWaitingReader(t);
  const finds = provider.find?.(targetOf("a", ""), inTime());
  const blank = await open(environment, "w");
  await blank.close();
  await until("the first reader has left", () => !hasReader(environment));
  await writeFile(environment, "DRETT_RESOURCE=a\0");
  assert.deepEqual(await finds, { answer: "found", externalIds: [externalId] });
});
