import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = new URL("..", import.meta.url).pathname;

/** The pids of the machines in these lines. A drett id without its `d` can look like a machine's. */
const pidsIn = (lines: string) => [...lines.matchAll(/\b[0-9a-f]{8}-\d+-(\d+)-\d+\b/g)].map(([, pid]) => pid);

test("a machine is told from a drett id that is all digits behind its first part", () => {
  const lines = "d01a20e7b-8135-7264-9957-6b53dc0ea978   freed   2db29633-4026531836-29325-4007566";
  assert.deepEqual(pidsIn(lines), ["29325"]);
});

/** Makes engines that take long to start, so that what the first of them lost is gone before the last one is lost. */
const SLOW = `data:text/javascript,${encodeURIComponent(
  'if (process.argv[1]?.endsWith("engine.ts")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)',
)}`;

test("the demo comes to its end on a slow machine, too", async () => {
  const env = { ...process.env, NODE_OPTIONS: `--import=${SLOW}` };
  const { stdout } = await run(process.execPath, ["examples/demo/main.ts"], { cwd: root, env });
  assert.match(stdout, /Nothing is left\.$/m);
});

test("the demo frees by policy what its engines lost, spares what is held, and leaves nothing behind", async () => {
  const { stdout } = await run(process.execPath, ["examples/demo/main.ts"], { cwd: root });
  const [created = "", more = ""] = stdout.split("Nobody reports any more.");
  const [work = "", left = ""] = more.split("How it ended:");
  const [ended = "", after = ""] = left.split("What is left for a person:");

  assert.equal(
    work.match(/found by its drett id/g)?.length,
    2,
    "that of the killed one, and that of the deaf one",
  );
  assert.equal(work.match(/is proven gone/g)?.length, 3, "with the one that ignores SIGTERM");
  assert.match(work, /is stuck: process \d+ does not have DRETT_RESOURCE/);

  const held = /holds (d\S+):/.exec(created)?.[1] ?? assert.fail(created);
  assert.doesNotMatch(work, new RegExp(`${held}  is to be freed`));
  assert.match(ended, new RegExp(`${held} +allocated .* session-lapsed`));
  assert.equal(ended.match(/ freed +[0-9a-f]{8}-/g)?.length, 5);
  assert.match(ended, / allocated .* stuck /);
  assert.equal(after.match(/ freed +[0-9a-f]{8}-/g)?.length, 7);

  const pids = new Set(pidsIn(stdout));
  assert.equal(pids.size, 7);
  const { stdout: processes } = await run("ps", ["-o", "pid=,args=", "-p", [...pids].join(",")]).catch(
    (error: { stdout: string }) => error,
  );
  // What has ended and was not waited for by whoever inherited it is still listed, as defunct.
  assert.doesNotMatch(processes, /sleep \d/);
});
