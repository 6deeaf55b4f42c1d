import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { openProcesses, type ProcessOptions } from "../src/index.ts";
import { suspects } from "../src/sight.ts";
import { procTree } from "./proc-tree.ts";
import { inTime, SCOPE, targetOf } from "./processes.ts";

const MOUNT = "22 1 0:20 / /proc rw,relatime - proc proc rw,hidepid=";
const ALL_RIGHTS = { "self/status": "CapEff:\t000001ffffffffff\n" };

/** What it says of its sight, and whether it takes finding nothing for an answer. */
async function sight(options: ProcessOptions, scope: string | undefined = SCOPE) {
  const provider = openProcesses({ scope: SCOPE, ...options });
  const seeing = await provider.sees(scope, inTime());
  const finds = await provider.find?.(targetOf("a", ""), inTime());
  const listing = await provider.list?.(scope, inTime());
  const isComplete = listing?.answer === "listed" && listing.isComplete;
  return {
    isComplete,
    sees: seeing.answer,
    reason: "reason" in seeing ? seeing.reason : "",
    find: finds?.answer,
  };
}

test("without rights over other users' processes, theirs could be what is not found", async (t) => {
  const { reason, ...answers } = await sight({ proc: procTree(t) });
  assert.deepEqual(answers, { isComplete: false, sees: "no", find: "cannot-tell" });
  assert.match(reason, /users: own/);
});

test("with them, or where others' do not matter, all is seen", async (t) => {
  for (const options of [{ proc: procTree(t, ALL_RIGHTS) }, { proc: procTree(t), users: "own" }] as const) {
    assert.deepEqual(await sight(options), { isComplete: true, sees: "yes", reason: "", find: "found" });
  }
});

test("where /proc hides processes, nothing is proven, unless the server may see them", async (t) => {
  for (const hidepid of ["1", "2", "invisible", "ptraceable"]) {
    const files = { "self/mountinfo": `${MOUNT}${hidepid}\n` };
    const { reason, ...answers } = await sight({ proc: procTree(t, files), users: "own" });
    assert.deepEqual(answers, { isComplete: false, sees: "no", find: "cannot-tell" });
    assert.match(reason, new RegExp(`hidepid=${hidepid}`));
    assert.equal((await sight({ proc: procTree(t, { ...files, ...ALL_RIGHTS }) })).sees, "yes");
  }
  for (const harmless of ["0", "off"]) {
    const files = { "self/mountinfo": `${MOUNT}${harmless}\n` };
    assert.equal((await sight({ proc: procTree(t, files), users: "own" })).sees, "yes");
  }
});

test("what has no scope could be on another machine", async (t) => {
  const provider = openProcesses({ scope: SCOPE, proc: procTree(t, ALL_RIGHTS) });
  const { scope: _, ...unscoped } = targetOf("a", "");
  assert.equal((await provider.sees(undefined, inTime())).answer, "no");
  assert.equal((await provider.find?.(unscoped, inTime()))?.answer, "cannot-tell");
  assert.equal((await provider.find?.({ ...unscoped, scope: "another" }, inTime()))?.answer, "cannot-tell");
  const listing = await provider.list?.(undefined, inTime());
  assert.deepEqual(listing, { answer: "listed", things: [], isComplete: false });
  assert.equal((await provider.list?.("another", inTime()))?.answer, "cannot-tell");
  assert.equal((await provider.sees("another", inTime())).answer, "cannot-tell");
});

test("in a container under the machine's own name, what runs on the machine could be what is not found", async (t) => {
  const [container, machine] = ["pid:[4026532201]", "uts:[4026531838]"];
  const scope = hostname();
  const seen = async (namespaces: object, called?: string) => {
    const proc = procTree(t, ALL_RIGHTS, { pid: container, uts: machine, ...namespaces });
    return openProcesses({ scope: called, proc }).sees(scope, inTime());
  };
  const blind = await seen({});
  assert.equal(blind.answer, "no");
  assert.match("reason" in blind ? blind.reason : "", /in a container .*set `scope`/);
  assert.equal((await seen({}, scope)).answer, "yes", "somebody says that they are found here");
  assert.equal((await seen({ uts: "uts:[4026532200]" })).answer, "yes", "the name is its own");
  assert.equal((await seen({ pid: "pid:[4026531836]" })).answer, "yes", "it sees the whole machine");
});

test("a hidden process is suspected where it is young enough, and of a user that matters", (t) => {
  const proc = procTree(t);
  const own = process.getuid?.() as number;
  const hidden = [
    { pid: 2, start: "100", users: [own, own] },
    { pid: 3, start: "99900", users: [own + 1, own] },
    { pid: 4, start: "99900", users: [own + 1, own + 1] },
  ];
  const pids = (users: "all" | "own", since?: number) =>
    suspects(proc, hidden, users, since).map(({ pid }) => pid);
  // It runs for 1,000 seconds; the first began as it did. A word may come an hour late.
  const heard = Date.now() + 3_600_000 - 500_000;
  assert.deepEqual(
    [pids("all"), pids("own")],
    [
      [2, 3, 4],
      [2, 3],
    ],
  );
  assert.deepEqual([pids("all", heard), pids("own", heard)], [[3, 4], [3]]);
});
