import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { externalIdOf, openProcesses } from "../src/index.ts";
import { idInTree, procTree, statText } from "./proc-tree.ts";
import { earlier, inTime, Processes, SCOPE, targetOf } from "./processes.ts";

const opened = (graceSeconds: number) => openProcesses({ scope: SCOPE, graceSeconds });

test("what ends on SIGTERM gets no SIGKILL", async () => {
  await using processes = new Processes();
  const { child, externalId } = await processes.sleep("a");
  assert.deepEqual(await opened(60).free(targetOf("a", externalId), inTime()), { answer: "accepted" });
  assert.equal(child.signalCode, "SIGTERM");
});

test("what ignores SIGTERM gets SIGKILL after the grace", async () => {
  await using processes = new Processes();
  const { child, externalId } = await processes.deaf("a");
  const exit = once(child, "exit");
  assert.deepEqual(await opened(0.1).free(targetOf("a", externalId), inTime()), { answer: "accepted" });
  await exit;
  assert.equal(child.signalCode, "SIGKILL");
});

test("no SIGKILL comes once the signal has aborted", async () => {
  await using processes = new Processes();
  const script = "trap 'echo asked' TERM; echo here; while :; do sleep 0.05; done";
  const { child, externalId } = await processes.start(script, { DRETT_RESOURCE: "a" }, "sh");
  const controller = new AbortController();
  const answer = opened(60).free(targetOf("a", externalId), controller.signal);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  controller.abort(new Error("its time is over"));
  await assert.rejects(answer, /its time is over/);
  assert.ok(processes.isRunning(externalId));
});

test("a process that has the pid now, and not the start, is left alone", async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const target = targetOf("a", earlier(externalId));
  assert.deepEqual(await opened(0).free(target, inTime()), { answer: "accepted" });
  assert.ok(processes.isRunning(externalId));
});

test("whoever has got the pid since SIGTERM gets no SIGKILL", async (t) => {
  await using processes = new Processes();
  const script = "trap 'echo asked' TERM; echo here; while :; do sleep 0.05; done";
  const { child, externalId, pid } = await processes.start(script, {}, "sh");
  const proc = procTree(t, { [`${pid}/stat`]: statText(pid), [`${pid}/environ`]: "DRETT_RESOURCE=a\0" });
  const provider = openProcesses({ scope: SCOPE, graceSeconds: 0.3, proc });
  const answer = provider.free(targetOf("a", idInTree(pid)), inTime());
  await once(child.stdout as NodeJS.ReadableStream, "data");
  writeFileSync(join(proc, `${pid}/stat`), statText(pid, { start: "5001" }));
  assert.deepEqual(await answer, { answer: "accepted" });
  assert.ok(processes.isRunning(externalId));
});

test("a process that carries another drett id, or none, is left alone", async () => {
  await using processes = new Processes();
  const [other, none] = [await processes.sleep("ab"), await processes.start("echo here; exec sleep 600")];
  for (const { externalId } of [other, none]) {
    const freeing = await opened(0).free(targetOf("a", externalId), inTime());
    assert.ok(
      freeing.answer === "denied" && freeing.reason.includes("DRETT_RESOURCE=a"),
      JSON.stringify(freeing),
    );
    assert.ok(processes.isRunning(externalId));
  }
});

test("process 1 and the server itself are left alone", async () => {
  for (const pid of [1, process.pid]) {
    const freeing = await opened(0).free(targetOf("a", externalIdOf(pid)), inTime());
    assert.equal(freeing.answer, "denied");
  }
});

test("nothing is done about another machine's, or what names no process", async () => {
  await using processes = new Processes();
  const { externalId, pid } = await processes.sleep("a");
  for (const target of [targetOf("a", externalId, { scope: "another" }), targetOf("a", String(pid))]) {
    assert.equal((await opened(0).free(target, inTime())).answer, "cannot-tell");
  }
  assert.ok(processes.isRunning(externalId));
});
