import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Target } from "@drett/core";
import { Processes, SCOPE, targetOf } from "./processes.ts";

const skip = whyNot();

function whyNot(): string | false {
  if (process.getuid?.() !== 0) return "only root can run something as another user: run it as root";
  const isMissing = spawnSync("setpriv", ["--version"]).error !== undefined;
  return isMissing && "setpriv is missing: apt-get install util-linux";
}

const NOBODY = ["--reuid=65534", "--regid=65534", "--clear-groups"];

interface Told {
  readonly sees: { readonly answer: string; readonly reason?: string };
  readonly free: { readonly answer: string; readonly reason?: string };
  readonly look: { readonly answer: string };
  readonly find: { readonly answer: string };
}

/** What a provider of somebody else has to say. */
function asNobody(target: Target, users: "all" | "own", ...rights: string[]): Told {
  const program = new URL("ask.ts", import.meta.url).pathname;
  const command = [...NOBODY, ...rights, process.execPath, program, SCOPE, users, JSON.stringify(target)];
  const { stdout, stderr } = spawnSync("setpriv", command, { encoding: "utf8", cwd: "/" });
  return JSON.parse(stdout || JSON.stringify(stderr)) as Told;
}

test("another user's process is seen, and its id is not", { skip }, async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const { sees, look, find, free } = asNobody(targetOf("a", externalId), "all");
  assert.deepEqual([sees.answer, look.answer, find.answer], ["no", "present", "cannot-tell"]);
  assert.equal(free.answer, "denied");
  assert.ok(processes.isRunning(externalId));
});

test("a process that may be seen and not ended is denied", { skip }, async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const caps = "+sys_ptrace,+dac_read_search";
  const { sees, look, find, free } = asNobody(
    targetOf("a", externalId),
    "all",
    "--inh-caps",
    caps,
    "--ambient-caps",
    caps,
  );
  assert.deepEqual([sees.answer, look.answer, find.answer], ["yes", "present", "found"]);
  assert.deepEqual([free.answer, /another user's/.test(free.reason ?? "")], ["denied", true]);
  assert.ok(processes.isRunning(externalId));
});

test("where others' processes do not matter, nothing is found of them", { skip }, async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const { sees, find } = asNobody(targetOf("a", externalId), "own");
  assert.deepEqual([sees.answer, find], ["yes", { answer: "found", externalIds: [] }]);
});

test("a young process that hides its environment may be what is not found", { skip }, async () => {
  await using processes = new Processes();
  const { externalId } = await processes.sleep("a");
  const caps = "+sys_ptrace";
  const { find } = asNobody(targetOf("a", externalId), "all", "--inh-caps", caps, "--ambient-caps", caps);
  assert.equal(find.answer, "cannot-tell");
});
