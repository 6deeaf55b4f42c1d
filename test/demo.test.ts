import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { readConfig } from "../packages/server/src/config/read-config.ts";
import { startServer } from "../packages/server/src/server.ts";

const run = promisify(execFile);
const root = new URL("..", import.meta.url).pathname;

test("the demo finds the four machines that its engines lost, one by the silence of its session, and leaves none behind", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "drett-demo-test-"));
  // A server of its own: the demo would else use one that runs here, and write into it.
  const server = await startServer(await readConfig(directory, { DRETT_PORT: "0", DRETT_SWEEP: "1s" }));
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const env = { ...process.env, DRETT_URL: server.url };
  const { stdout } = await run(process.execPath, ["examples/demo/main.ts"], { cwd: root, env });
  const [before = "", after = ""] = stdout.split("What is wrong");
  const idsOf = (state: string) =>
    [...before.matchAll(new RegExp(`^ +(d\\S+-\\S+) +${state} `, "gm"))].map(([, id]) => id);

  assert.match(before, /d\S+ +pending +\? +overdue-intent/);
  assert.match(before, /d\S+ +unknown +\? +unknown-outcome/);
  assert.match(before, /d\S+ +allocated +\d+ +over-ttl/);
  assert.match(before, /d\S+ +allocated +\d+ +session-lapsed/);
  assert.equal(before.match(/ freed +\d+ /g)?.length, 2);
  assert.equal(after.match(/ freed +\d+ /g)?.length, 6);

  const { stdout: processes } = await run("ps", ["axeww", "-o", "args="]);
  for (const state of ["pending", "unknown", "allocated"]) {
    assert.equal(idsOf(state).length, state === "allocated" ? 2 : 1);
    for (const id of idsOf(state)) assert.ok(!processes.includes(`DRETT_ID=${id}`), `${id} still runs`);
  }
});
