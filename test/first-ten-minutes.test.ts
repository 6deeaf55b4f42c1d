import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { readConfig } from "../packages/server/src/config/read-config.ts";
import { startServer } from "../packages/server/src/server.ts";

const run = promisify(execFile);
const root = new URL("..", import.meta.url).pathname;
const text = readFileSync(join(root, "docs/first-ten-minutes.md"), "utf8");
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);

const SKIP = process.platform !== "linux" && "processes are found on Linux only: run it there";
const SOONER = { DRETT_PORT: "0", DRETT_SWEEP: "1s", DRETT_RECLAIM: "1s", DRETT_LOG_LEVEL: "error" };

test("the first ten minutes go as they are printed", { skip: SKIP }, async (t) => {
  const [files = "", , look = "", policy = "", approve = "", after = ""] = blocks("sh");
  const [engine = ""] = blocks("ts");
  const folder = mkdtempSync(join(tmpdir(), "drett-ten-minutes-"));
  // Beside it, the packages are found as in the repository.
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await run("sh", ["-e", "-c", files.replace(/^npx drett-server first$/m, "")], { cwd: folder });
  const server = await startServer(await readConfig(join(folder, "first"), SOONER));
  t.after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  const says = (block: string, id = "", hash = "") => curl(block, server.url, id, hash);

  writeFileSync(join(folder, "first/engine.ts"), engine);
  const env = { ...process.env, DRETT_URL: server.url };
  const dead = (await run(process.execPath, ["first/engine.ts"], { cwd: folder, env }).catch(
    (error: unknown) => error,
  )) as { stdout: string; signal: string };
  assert.equal(dead.signal, "SIGKILL", dead.stdout);
  const [first = "", second = ""] = dead.stdout.match(/d[0-9a-f-]{36}/g) ?? [];

  await until(async () => (await says(look)).match(/"kind":"session-lapsed","since"/g)?.length === 4);
  assert.match(await says(policy, first), /"frees":false.*"code":"ask"/);

  const waiting = await until(async () => /"id":"(\S+?)",.*"hash":"(\S+?)"/.exec(await says(plans(approve))));
  const [, plan = "", hash = ""] = waiting;
  assert.match(await says(approve, plan, hash), new RegExp(`{"id":"${plan}"}$`));
  await until(async () => (await says(after, plan)).includes('"state":"done"'));
  assert.match(await says(after, plan), /"freed":2.*"items":\[\],/);
  for (const id of [first, second]) {
    const { state } = (await (await fetch(`${server.url}/v1/resources/${id}`)).json()) as { state: string };
    assert.equal(state, "freed");
  }
});

const plans = (block: string) => block.split("\n")[0] ?? "";

async function curl(block: string, url: string, id: string, hash: string): Promise<string> {
  const script = block
    .replaceAll("localhost:5001", url)
    .replaceAll("curl ", "curl -S --fail ")
    .replaceAll("/ID", `/${id}`)
    .replaceAll("HASH", hash);
  return (await run("sh", ["-e", "-c", script])).stdout;
}

/** A plan gathers for up to a minute what comes to be due together. */
async function until<Value>(holds: () => Promise<Value | false | null>): Promise<Value> {
  for (let tries = 0; tries < 480; tries += 1) {
    const value = await holds();
    if (value !== false && value !== null) return value;
    await pause(250);
  }
  throw new Error("it did not come to be within two minutes");
}
