import assert from "node:assert/strict";
import { test } from "node:test";
import { openProcesses } from "../src/index.ts";
import { parseStat, statIn } from "../src/proc.ts";
import { idInTree, procTree, statText } from "./proc-tree.ts";
import { earlier, inTime, Processes, SCOPE, targetOf, until } from "./processes.ts";

const provider = openProcesses({ scope: SCOPE });

async function look(externalId: string, scope: string | undefined = SCOPE): Promise<string | undefined> {
  const { scope: _, ...target } = targetOf("a", externalId);
  const looking = await provider.look?.(scope === "" ? target : { ...target, scope }, inTime());
  return looking?.answer;
}

const withPart = (externalId: string, place: number, text: string) =>
  externalId.split("-").with(place, text).join("-");

test("a process of an earlier boot of this machine is gone; without a scope nobody knows", async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const other = withPart(externalId, 0, "00000000");
  assert.deepEqual([await look(externalId), await look(externalId, "")], ["present", "present"]);
  assert.deepEqual([await look(other), await look(other, "")], ["gone", "cannot-tell"]);
});

test("a process of another container cannot be told", async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  assert.equal(await look(withPart(externalId, 1, "4026531000")), "cannot-tell");
});

test("what names no process cannot be told", async () => {
  await using processes = new Processes();
  const { externalId, pid } = await processes.sleep("a");
  for (const text of [
    String(pid),
    "",
    "vm-1",
    `${externalId}-1`,
    withPart(externalId, 2, "0"),
    withPart(externalId, 2, "-1"),
  ]) {
    assert.equal(await look(text), "cannot-tell", text);
  }
});

test("a pid that another process has now is gone", async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  assert.equal(await look(earlier(externalId)), "gone");
});

test("a process that has ended is gone, also where nobody has taken notice of it", async () => {
  await using processes = new Processes();
  const parent = await processes.start("sleep 600 & echo $!; exec sleep 600");
  const pid = Number(parent.said);
  const externalId = withPart(
    withPart(parent.externalId, 2, String(pid)),
    3,
    statIn("/proc", pid)?.start ?? "",
  );
  assert.equal(await look(externalId), "present");
  process.kill(pid, "SIGKILL");
  await until("a look says gone", async () => (await look(externalId)) === "gone");
  assert.notEqual(statIn("/proc", pid), undefined, "its parent has not waited for it");
});

test("a process that /proc does not show is gone only if the kernel has none of that pid", async (t) => {
  await using processes = new Processes();
  const { externalId, pid } = await processes.sleep("a");
  const blind = openProcesses({ scope: SCOPE, proc: procTree(t) });
  const seen = () => blind.look?.(targetOf("a", idInTree(pid)), inTime());
  assert.equal((await seen())?.answer, "cannot-tell");
  await processes.end(externalId);
  assert.equal((await seen())?.answer, "gone");
});

test("whatever a process is called, its state is read", () => {
  assert.deepEqual(parseStat(statText(7)), { parent: 3, start: "5000", isAlive: true });
  assert.equal(parseStat(statText(7, { state: "Z" })).isAlive, false);
});

test("a process whose first thread has ended runs as long as others do", () => {
  assert.equal(parseStat(statText(7, { state: "Z", threads: 2 })).isAlive, true);
});

test("a thread of the kernel is no process", () => {
  assert.equal(parseStat(statText(7, { state: "I", flags: 0x04208060 })).isAlive, false);
});
