import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../support/child-server.ts";

const CHILD = new URL("./support/log-to-stdout.ts", import.meta.url).pathname;

/** A process that logs so many lines to its standard output. */
function logging(t: TestContext, lines: number, stdout: "pipe" | number = "pipe") {
  const child = spawn(process.execPath, [CHILD, `${lines}`], { stdio: ["ignore", stdout, "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  assert.ok(child.stderr);
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | string);
  const told = text(child.stderr).then((said) => {
    try {
      return JSON.parse(said) as { dropped: number };
    } catch {
      return assert.fail(said);
    }
  });
  return { child, ended, told };
}

const numbersOf = (lines: string) =>
  [...lines.matchAll(/^INFO (\d+) x{1000}$/gm)].map(([, number]) => Number(number));
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

/** So many fit into what may wait, however slow the reader. */
const FITTING = 1_000;

test("a reader gets every line, in order", async (t) => {
  const { child, ended, told } = logging(t, FITTING);
  const said = await text(child.stdout as NodeJS.ReadableStream);
  assert.equal(await ended, 0);
  assert.deepEqual(await told, { dropped: 0 });
  assert.deepEqual(numbersOf(said), upTo(FITTING));
});

test("a file gets every line, in order", async (t) => {
  const file = join(temporaryDirectory(t), "out");
  const { ended, told } = logging(t, FITTING, openSync(file, "w"));
  assert.equal(await ended, 0);
  assert.deepEqual(await told, { dropped: 0 });
  assert.deepEqual(numbersOf(readFileSync(file, "utf8")), upTo(FITTING));
});

test("a reader that does not read holds nobody up: lines are dropped and counted, and the process ends", async (t) => {
  const { child, ended, told } = logging(t, 3_000);
  child.stdout?.pause();
  assert.equal(await ended, 0);
  const { dropped } = await told;
  assert.ok(dropped > 1_500 && dropped < 3_000, `${dropped} of 3000 were dropped`);
});

test("a reader that has gone away ends nothing", async (t) => {
  const { child, ended, told } = logging(t, 3_000);
  child.stdout?.destroy();
  assert.equal(await ended, 0);
  assert.equal((await told).dropped > 0, true);
});
