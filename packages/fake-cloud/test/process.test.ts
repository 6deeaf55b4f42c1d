import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { create } from "./asking.ts";

const PROGRAM = fileURLToPath(new URL("../bin/fake-cloud.js", import.meta.url));
const run = (...args: string[]) =>
  spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"] });

test("it runs as a process of its own, says where, and stops when it is told to", async (t) => {
  const child = run("--ids", "named", "--accounts", "main,other");
  t.after(() => child.kill("SIGKILL"));
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { id } = await create(String(line).trim(), { name: "web" });
  assert.equal(id, "web");
  child.kill("SIGTERM");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

test("it refuses what cannot be meant", async () => {
  const child = run("--ids", "some");
  const [said] = (await once(child.stderr, "data")) as [Buffer];
  assert.equal(String(said), "--ids is some: use unique, reused, named\n");
});
