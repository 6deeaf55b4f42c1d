import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { BIN, ChildServer, temporaryDirectory } from "../packages/server/test/support/child-server.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";

const run = promisify(execFile);
const drett = (...args: readonly string[]) => run(process.execPath, [BIN, ...args], { env: {} });
const intent = { application: "probe", type: "vm", owner: "lpds" };

/** A directory whose configuration names this store. */
function configured(t: TestContext, store: object): string {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "config.yaml"), JSON.stringify({ store }));
  return directory;
}

async function register(server: ChildServer, id: string): Promise<void> {
  assert.equal((await server.send("POST", "/v1/resources", { id, ...intent })).status, 201);
}

interface Feed {
  readonly items: readonly { readonly resource?: string }[];
  readonly cursor: string;
}

/** Reads on until so many facts have come: a feed may serve them a moment later. */
async function feedOf(server: ChildServer, count: number): Promise<Feed> {
  for (let tries = 0; tries < 500; tries++) {
    const { text } = await server.send("GET", "/v1/events?limit=1000");
    const feed = JSON.parse(text) as Feed;
    if (feed.items.length >= count) return feed;
  }
  throw new Error(`the feed does not come to ${count} facts`);
}

/** What was backed up is there and nothing else, the reader of the feed is told, and the server goes on. */
async function holdsAfterRestore(t: TestContext, directory: string, cursor: string, freezes = 1) {
  const server = await ChildServer.start(t, { directory });
  assert.equal((await server.send("GET", "/v1/resources/before")).status, 200);
  assert.equal((await server.send("GET", "/v1/resources/after")).status, 404);
  assert.equal((await server.send("GET", `/v1/events?after=${cursor}`)).status, 400, "a cursor of before");
  await register(server, "new");
  const { items } = await feedOf(server, 2 + freezes);
  assert.deepEqual(
    items.flatMap(({ resource }) => resource ?? []),
    ["before", "new"],
  );
  const { text } = await server.send("GET", "/v1/freezes?state=frozen");
  assert.equal((JSON.parse(text) as Feed).items.length, freezes, "nothing is freed for now");
  assert.equal(await server.stop(), 0);
}

/** A server with a resource of before the backup and one of after it. */
async function serveAndBackUp(
  t: TestContext,
  directory: string,
  backUp: () => Promise<unknown>,
): Promise<string> {
  const server = await ChildServer.start(t, { directory });
  await register(server, "before");
  await feedOf(server, 1);
  await backUp();
  await register(server, "after");
  const { cursor } = await feedOf(server, 2);
  server.process.kill("SIGKILL");
  await server.ended;
  return cursor;
}

test("an export made beside a running server is a backup of any store", async (t) => {
  const [directory, fresh] = [temporaryDirectory(t), temporaryDirectory(t)];
  const file = join(temporaryDirectory(t), "backup.ndjson");
  const cursor = await serveAndBackUp(t, directory, () => drett("export", directory, "--output", file));
  await drett("import", fresh, "--input", file);
  await holdsAfterRestore(t, fresh, cursor, 0);
});

test("SQLite: the database file, backed up while the server runs", async (t) => {
  const directory = temporaryDirectory(t);
  const copy = join(temporaryDirectory(t), "backup.db");
  const cursor = await serveAndBackUp(t, directory, async () => {
    using db = new DatabaseSync(join(directory, "drett.db"), { readOnly: true });
    await backup(db, copy);
  });
  const restored = join(temporaryDirectory(t), "restored");
  mkdirSync(restored);
  cpSync(copy, join(restored, "drett.db"));
  await drett("restored", restored);
  await holdsAfterRestore(t, restored, cursor);
});

test("PostgreSQL: pg_dump and pg_restore into another database", {
  skip: installations().length === 0 ? NONE_INSTALLED : false,
}, async (t) => {
  const server = await PostgresServer.start(installations()[0] as ReturnType<typeof installations>[0]);
  t.after(() => server.dispose());
  if (!existsSync(join(server.programs, "pg_dump")))
    return t.skip("pg_dump is missing: apt-get install postgresql");
  const tool = (name: string, ...args: readonly string[]) =>
    run(join(server.programs, name), ["--host", server.folder, "--username", "postgres", ...args]);
  const dump = join(temporaryDirectory(t), "drett.dump");
  const directory = configured(t, { use: "postgres", ...server.options });
  const cursor = await serveAndBackUp(t, directory, () =>
    tool("pg_dump", "--format", "custom", "--file", dump, "postgres"),
  );
  const database = await server.freshDatabase();
  await tool("pg_restore", "--dbname", database, dump);
  const restored = configured(t, { use: "postgres", ...server.options, database });
  await drett("restored", restored);
  await holdsAfterRestore(t, restored, cursor);
});
