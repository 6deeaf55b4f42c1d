import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, Pruning, registerIntent, reportFreed } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { readConfig } from "../../src/config/read-config.ts";
import { runGc } from "../../src/retention/gc.ts";
import { temporaryDirectory } from "../support/child-server.ts";
import { intent } from "../support/test-server.ts";

const DAY = 86_400_000;
const warn = (message: string) => assert.fail(message);

/** A store in which these were freed so many days ago. */
async function store(directory: string, ages: { readonly [id: string]: number }): Promise<void> {
  const opened = await openStore({ directory });
  for (const [id, days] of Object.entries(ages)) {
    const clock = { now: () => Date.now() - days * DAY };
    const engine = new Engine({ store: opened, clock, newId: () => "none" });
    await engine.submit(registerIntent, { id, ...intent }, "tester");
    await engine.submit(reportFreed, { id }, "tester");
    await engine.close();
  }
  await opened.close();
}

test("gc prunes what has been kept for long enough, and says beforehand what that will be", async (t) => {
  const directory = temporaryDirectory(t);
  await store(directory, { "vm-1": 100, "vm-2": 95, young: 89 });
  const config = await readConfig(directory, {});
  const dry = await runGc(config, { dryRun: true }, warn);
  assert.match(dry, /^2 records would be pruned\n {2}2 resource freed of probe, closed since 20\d\d-.*Z\n/);
  assert.match(dry, /\n4 events would go from the feed\n0 tombstones would go$/);
  assert.equal(await runGc(config, { dryRun: true }, warn), dry);
  assert.match(await runGc(config, {}, warn), /^2 records were pruned\n/);
  assert.match(await runGc(config, {}, warn), /^0 records were pruned\n0 events went from the feed/);
});

test("gc prunes nothing by a clock that may be ahead, unless it is told that it is right", async (t) => {
  const directory = temporaryDirectory(t);
  await store(directory, { "vm-1": 100 });
  const opened = await openStore({ directory });
  const clock = { now: () => Date.now() - 40 * DAY };
  const engine = new Engine({ store: opened, clock, newId: () => "none" });
  await Array.fromAsync(new Pruning(engine).round());
  await engine.close();
  await opened.close();
  const config = await readConfig(directory, {});
  await assert.rejects(
    runGc(config, {}, warn),
    /nobody has pruned since 20.*Is the clock ahead\?.*--clock-is-right/,
  );
  assert.match(await runGc(config, { clockIsRight: true }, warn), /^1 records were pruned\n/);
  assert.match(await runGc(config, {}, warn), /^0 records were pruned\n/);
});

test("gc heeds the settings, and prints JSON where it is asked to", async (t) => {
  const directory = temporaryDirectory(t);
  await store(directory, { "vm-1": 3, "vm-2": 1 });
  const env = { DRETT_KEEP_FREED: "2d", DRETT_KEEP_EVENTS: "2d" };
  const config = await readConfig(directory, env);
  const told = JSON.parse(await runGc(config, { json: true }, warn)) as { records: { records: number }[] };
  assert.deepEqual(
    { ...told, records: told.records.map(({ records }) => records) },
    { dryRun: false, records: [1], events: 2, tombstones: 0 },
  );
});

test("a tombstone shorter than a journal may live is refused, by the name of its setting", async (t) => {
  const directory = temporaryDirectory(t);
  await assert.rejects(
    readConfig(directory, { DRETT_KEEP_TOMBSTONES: "99d" }),
    /DRETT_KEEP_TOMBSTONES.*100d/,
  );
  await assert.rejects(readConfig(directory, { DRETT_KEEP_EVENTS: "91d" }), /DRETT_KEEP_EVENTS.*90d/);
});
