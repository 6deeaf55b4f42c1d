import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { AnyServer } from "../packages/store-mongo/test/support/any-server.ts";
import { noServer } from "../packages/store-mongo/test/support/program.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";
import { Life } from "./crash/round.ts";

const SERVER = new URL("../packages/server/bin/drett-server.js", import.meta.url).pathname;
const run = promisify(execFile);

/** A configuration directory with this store; YAML is a superset of JSON. */
function configured(t: TestContext, store: object): string {
  const directory = mkdtempSync(join(tmpdir(), "drett-moving-"));
  t.after(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, "config.yaml"), JSON.stringify({ store }));
  return directory;
}

async function drett(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [SERVER, ...args], { env: {}, maxBuffer: 1024 ** 3 });
  return stdout;
}

async function postgres(t: TestContext): Promise<object> {
  const server = await PostgresServer.start(installations()[0] as ReturnType<typeof installations>[0]);
  t.after(() => server.dispose());
  return { use: "postgres", ...server.options };
}

async function mongo(t: TestContext): Promise<object> {
  const server = await AnyServer.start();
  t.after(() => server[Symbol.asyncDispose]());
  return { use: "mongo", ...server.fresh() };
}

test("SQLite to PostgreSQL to MongoDB to SQLite ends in the export that it began with", {
  skip: noServer ?? (installations().length === 0 ? NONE_INSTALLED : false),
}, async (t) => {
  const life = new Life("moving-house", 0);
  t.after(() => life.end());
  const { directory, faults, acknowledged } = await life.round(1, 2_000);
  assert.deepEqual(faults, []);
  assert.ok(acknowledged > 100, "there is something of everything to move");

  const file = join(configured(t, {}), "drett.ndjson");
  const exported: string[] = [];
  const moveInto = async (directory: string) => {
    await drett("import", directory, "--input", file);
    await drett("export", directory, "--output", file);
    exported.push(readFileSync(file, "utf8"));
  };
  await drett("export", directory, "--output", file);
  exported.push(readFileSync(file, "utf8"));
  for (const store of [await postgres(t), await mongo(t), { use: "sqlite" }])
    await moveInto(configured(t, store));
  for (const again of exported.slice(1)) assert.ok(again === exported[0], "the exports differ");
});
