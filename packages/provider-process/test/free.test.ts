import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { externalIdOf, openProcesses } from "../src/index.ts";
import { hasReader, pipeAt } from "./pipe.ts";
import { idInTree, procTree, statText } from "./proc-tree.ts";
import { earlier, inTime, Processes, SCOPE, targetOf, until } from "./processes.ts";

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

test("what is ending, and shows no environment any more, is not refused", async (t) => {
  const pid = 4711;
  const proc = procTree(t, { [`${pid}/stat`]: statText(pid), [`${pid}/environ`]: "" });
  const provider = openProcesses({ scope: SCOPE, graceSeconds: 0, proc });
  const answer = provider.free(targetOf("a", idInTree(pid)), inTime());
  await new Promise(setImmediate);
  rmSync(join(proc, String(pid)), { recursive: true });
  assert.deepEqual(await answer, { answer: "accepted" });
});

const ASKED = "trap 'echo asked' TERM; echo here; while :; do sleep 0.05; done";

test("no SIGKILL comes once the signal has aborted", async () => {
  await using processes = new Processes();
  const { child, externalId } = await processes.start(ASKED, { DRETT_RESOURCE: "a" }, "sh");
  const provider = opened(0.2);
  const controller = new AbortController();
  const answer = provider.free(targetOf("a", externalId), controller.signal);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  controller.abort(new Error("its time is over"));
  await assert.rejects(answer, /its time is over/);
  // The grace of the first is over when another one's is, that began later.
  const other = await processes.deaf("b");
  await provider.free(targetOf("b", other.externalId), inTime());
  assert.ok(processes.isRunning(externalId));
});

test("no signal comes where its own aborted while the environment was read", {
  timeout: 60_000,
}, async (t) => {
  await using processes = new Processes();
  const { child, pid } = await processes.start(ASKED, {}, "sh");
  const heard: string[] = [];
  child.stdout?.on("data", (text) => heard.push(String(text)));
  const proc = procTree(t, { [`${pid}/stat`]: statText(pid) });
  const environment = pipeAt(join(proc, `${pid}/environ`));
  const controller = new AbortController();
  const provider = openProcesses({ scope: SCOPE, graceSeconds: 0, proc });
  const answer = provider.free(targetOf("a", idInTree(pid)), controller.signal);
  controller.abort(new Error("its time is over"));
  await assert.rejects(answer, /its time is over/);
  await writeFile(environment, "DRETT_RESOURCE=a\0");
  await until("the reader has left", () => !hasReader(environment));
  // One that is asked after it ends: had the first been signalled, it would be over by now.
  const other = await processes.deaf("b");
  await opened(0).free(targetOf("b", other.externalId), inTime());
  assert.deepEqual([child.signalCode, heard], [null, []]);
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
  const { child, externalId, pid } = await processes.start(ASKED, {}, "sh");
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

test("process 1 and the server itself are left alone", async (t) => {
  assert.equal((await opened(0).free(targetOf("a", externalIdOf(1)), inTime())).answer, "denied");
  const { pid } = process;
  const proc = procTree(t, { [`${pid}/stat`]: statText(pid), [`${pid}/environ`]: "DRETT_RESOURCE=a\0" });
  const freeing = await openProcesses({ scope: SCOPE, proc }).free(targetOf("a", idInTree(pid)), inTime());
  assert.deepEqual(freeing, { answer: "denied", reason: "it is this server" });
});

test("nothing is done about another machine's, or what names no process", async () => {
  await using processes = new Processes();
  const { externalId, pid } = await processes.sleep("a");
  for (const target of [targetOf("a", externalId, { scope: "another" }), targetOf("a", String(pid))]) {
    assert.equal((await opened(0).free(target, inTime())).answer, "cannot-tell");
  }
  assert.ok(processes.isRunning(externalId));
});
