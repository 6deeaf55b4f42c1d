import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { freshFolder } from "./folder.ts";

const path = (place: string) => new URL(place, import.meta.url).pathname;

/** A drett server on a configuration directory; resolves with its address. */
async function serverIn(t: TestContext, directory: string) {
  const server = spawn(process.execPath, [path("../../../packages/server/bin/drett-server.js"), directory], {
    env: { PATH: process.env.PATH, DRETT_PORT: "0", DRETT_LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(server, "exit");
  t.after(async () => {
    server.kill("SIGKILL");
    await ended;
  });
  const lines = createInterface(server.stdout);
  const hasEnded = ended.then(([status]) => assert.fail(`it ended with ${status}`));
  const [greeting] = (await Promise.race([once(lines, "line"), hasEnded])) as [string];
  lines.resume();
  const [, url] = /listens on (\S+),/.exec(greeting) ?? [];
  assert.ok(url, greeting);
  return { server, ended, url };
}

test("a server that is told the path keeps its records in the file, also over a kill", async (t) => {
  const directory = await freshFolder();
  t.after(() => rm(directory, { recursive: true }));
  await writeFile(join(directory, "config.yaml"), `store: {use: ${path("..")}, directory: records}\n`);
  const first = await serverIn(t, directory);
  const body = JSON.stringify({ id: "vm", application: "probe", type: "vm", owner: "me" });
  const headers = { "content-type": "application/json" };
  const { status } = await fetch(`${first.url}/v1/resources`, { method: "POST", body, headers });
  assert.equal(status, 201);
  first.server.kill("SIGKILL");
  await first.ended;
  const second = await serverIn(t, directory);
  const { state } = (await (await fetch(`${second.url}/v1/resources/vm`)).json()) as { state: string };
  assert.equal(state, "pending");
  second.server.kill("SIGTERM");
  assert.deepEqual(await second.ended, [0, null]);
});
