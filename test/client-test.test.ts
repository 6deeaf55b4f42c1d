import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { addKey } from "../packages/server/src/access/change-keys.ts";
import { keyFileIn } from "../packages/server/src/access/key-file.ts";
import { readConfig } from "../packages/server/src/config/read-config.ts";
import { startServer } from "../packages/server/src/server.ts";

const run = promisify(execFile);
const program = new URL("../packages/client/src/bin/drett-client-test.ts", import.meta.url).pathname;

test("drett-client-test plays its scenario against a real server, and everything ends freed", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "drett-client-test-"));
  const server = await startServer(await readConfig(directory, { DRETT_PORT: "0" }));
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const { stdout } = await run(process.execPath, [program], {
    env: { ...process.env, DRETT_URL: server.url },
  });
  assert.match(stdout, /vm/);

  const listed = async (path: string) =>
    ((await (await fetch(`${server.url}${path}`)).json()) as { items: { type?: string; state: string }[] })
      .items;
  const resources = await listed("/v1/resources");
  assert.deepEqual(
    resources.map(({ state }) => state),
    ["freed", "freed", "freed", "freed"],
  );
  assert.deepEqual(
    resources
      .slice(2)
      .map(({ type }) => type)
      .toSorted(),
    ["image", "vm"],
  );
  assert.ok((await listed("/v1/allocations")).every(({ state }) => state === "done"));
  assert.deepEqual(await listed("/v1/findings"), []);
});

test("drett-client-test needs a key where there are keys, and is let in by it", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "drett-client-test-"));
  const about = { name: "engine", roles: ["report" as const], applications: ["drett-client-test"] };
  const key = addKey(keyFileIn(directory), about, Date.now());
  const server = await startServer(await readConfig(directory, { DRETT_PORT: "0" }));
  t.after(async () => {
    await server.stop();
    rmSync(directory, { recursive: true });
  });
  const play = (env: object) =>
    run(process.execPath, [program], { env: { ...process.env, DRETT_URL: server.url, ...env } });
  assert.match((await play({ DRETT_API_KEY: key })).stdout, /All is well/);
  await assert.rejects(play({ DRETT_API_KEY: "" }), /401 api-key-missing/);
});

test("drett-client-test says in one line that no server answers", async () => {
  const refused = run(process.execPath, [program], {
    env: { ...process.env, DRETT_URL: "http://127.0.0.1:9" },
  });
  await assert.rejects(
    refused,
    ({ code, stderr, stdout }: { code: number; stderr: string; stdout: string }) => {
      assert.equal(code, 1);
      assert.match(stderr + stdout, /127\.0\.0\.1:9/);
      return true;
    },
  );
});
