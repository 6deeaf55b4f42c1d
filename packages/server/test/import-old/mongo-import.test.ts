import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { after, before, describe, type TestContext, test } from "node:test";
import { MongoClient, ObjectId } from "mongodb";
import { freshName, Mongod } from "../../../store-mongo/test/support/mongod.ts";
import { noProgram } from "../../../store-mongo/test/support/program.ts";
import { directoryWith } from "../config/configured.ts";
import { BIN, ChildServer } from "../support/child-server.ts";
import { idOf, local, oid, oldAllocation, oldResource } from "./old-documents.ts";

const ALLOCATIONS = [
  oldAllocation(),
  oldAllocation({ _id: oid(10), state: "DONE", close_time: local(5) }),
  oldAllocation({ _id: oid(11), state: "FAILED", close_time: local(5), reason: "Timeout()" }),
];
const exists = { resource_id: "i-1", allocation_time: local(3) };
const RESOURCES = [
  oldResource(),
  oldResource({ _id: oid(20), allocation_oid: oid(10), state: "ALLOCATED", ...exists }),
  oldResource({ _id: oid(21), allocation_oid: oid(11), state: "FAILED", close_time: local(4) }),
  oldResource({ _id: oid(22), allocation_oid: oid(10), state: "FREE", ...exists, close_time: local(9) }),
  oldResource({ _id: oid(23), allocation_oid: oid(99) }),
];
const STATES = {
  [idOf(oid(2, 1))]: "pending",
  [idOf(oid(20))]: "allocated",
  [idOf(oid(21))]: "unknown",
  [idOf(oid(22))]: "freed",
};

/** As pymongo would have stored it: object ids, and local times as if they were UTC. */
function stored(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { $oid, $date } = value as { $oid?: string; $date?: number };
  if ($oid !== undefined) return new ObjectId($oid);
  if ($date !== undefined) return new Date($date);
  return Object.fromEntries(Object.entries(value).map(([name, its]) => [name, stored(its)]));
}

interface Ended {
  readonly status: number;
  readonly out: string;
  readonly said: string;
}

async function importInto(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const command = [BIN, "import-0.1", "--timezone", "Europe/Budapest", ...args];
  const child = spawn(process.execPath, command, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close") as Promise<[number]>;
  const [out, said, [status]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, out, said };
}

/** What a server on this directory has of the resources: their states by their ids. */
async function statesIn(t: TestContext, directory: string): Promise<object> {
  const child = await ChildServer.start(t, { directory });
  const { text } = await child.send("GET", "/v1/resources");
  await child.stop();
  const { items } = JSON.parse(text) as { items: { id: string; state: string }[] };
  return Object.fromEntries(items.map(({ id, state }) => [id, state]));
}

describe("import-0.1 from a real MongoDB", { skip: noProgram }, () => {
  let mongod: Mongod;
  let admin: MongoClient;
  before(async () => {
    mongod = await Mongod.start();
    admin = new MongoClient(mongod.url);
  });
  after(async () => {
    await admin.close();
    await mongod[Symbol.asyncDispose]();
  });

  /** The directory of an old drett with these records in a database of its own. */
  async function oldDrett(t: TestContext, more = ""): Promise<{ directory: string; db: string }> {
    const db = freshName();
    await admin
      .db(db)
      .collection<object>("allocs")
      .insertMany(ALLOCATIONS.map((it) => stored(it) as object));
    await admin
      .db(db)
      .collection<object>("res")
      .insertMany(RESOURCES.map((it) => stored(it) as object));
    const directory = directoryWith(t, {
      "config.yaml": "plugin:\n  module: mongo\n  config: mongo.yaml\n",
      "mongo.yaml": `host: 127.0.0.1\nport: ${mongod.port}\ndb: ${db}\nallocation_collection: allocs\nresource_collection: res\n${more}`,
    });
    return { directory, db };
  }

  /** Of every byte in the two collections, in their natural order, and of how they are set up. */
  async function fingerprint(db: string): Promise<string> {
    const hash = createHash("sha256");
    for (const name of ["allocs", "res"]) {
      const collection = admin.db(db).collection(name);
      for await (const bytes of collection.find({}, { raw: true, hint: { $natural: 1 } })) {
        hash.update(bytes as unknown as Buffer);
      }
      hash.update(JSON.stringify([await collection.options(), await collection.indexes()]));
    }
    return hash.digest("hex");
  }

  const left = `resources ${oid(23).$oid}: its allocation ${oid(99).$oid} was not brought over`;

  test("brings everything into another store, and a second run recognises it", async (t) => {
    const { directory, db } = await oldDrett(t);
    const into = directoryWith(t, { "config.yaml": "store: {use: sqlite, directory: data}\n" });
    const before = await fingerprint(db);
    const names = await admin.db(db).listCollections().toArray();

    const planned = await importInto([directory, "--into", into, "--dry-run"]);
    assert.match(planned.out, /resources: 5 read, 4 to be recorded, 1 left/);
    const first = await importInto([directory, "--into", into, "--yes"]);
    assert.deepEqual([first.status, first.said], [2, ""], "something is left, and nothing is drawn");
    assert.match(first.out, /allocations: 3 read, 3 recorded, 0 recorded before, 0 left/);
    assert.ok(first.out.includes(left), first.out);
    assert.deepEqual(await statesIn(t, into), STATES);
    const second = await importInto([directory, "--into", into, "--yes", "--json"]);
    assert.deepEqual(JSON.parse(second.out).resources.known, 4);

    assert.equal(await fingerprint(db), before, "not a byte was changed");
    assert.deepEqual(await admin.db(db).listCollections().toArray(), names);
  });

  test("brings everything into the same database, beside the old collections", async (t) => {
    const { directory, db } = await oldDrett(t);
    const before = await fingerprint(db);
    const { status, out } = await importInto([directory, "--yes", "--application", "orphans"]);
    assert.match(out, /resources: 5 read, 5 recorded, 0 recorded before, 0 left/);
    assert.equal(status, 0);
    assert.deepEqual(await statesIn(t, directory), { ...STATES, [idOf(oid(23))]: "pending" });
    assert.equal(await fingerprint(db), before, "not a byte was changed");
  });

  test("without a terminal shows the plan, and records nothing", async (t) => {
    const { directory, db } = await oldDrett(t);
    const { status, out, said } = await importInto([directory]);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(said, /resources: 5 read, 4 to be recorded/);
    assert.match(said, /nobody is there to ask: --yes records it/);
    const names = (await admin.db(db).listCollections().toArray()).map(({ name }) => name);
    assert.deepEqual(names.sort(), ["allocs", "res"]);
  });

  for (const [what, more, message] of [
    ["a collection that is not there", "", /no collection allocs\n.*`allocation_collection` or `db`/],
    ["a key that is none", "colour: blue\n", /mongo\.yaml:6: colour is not a setting/],
  ] as const) {
    test(`says what to do about ${what}`, async (t) => {
      const { directory, db } = await oldDrett(t, more);
      await admin.db(db).dropDatabase();
      const { status, said } = await importInto([directory, "--yes"]);
      assert.equal(status, 1);
      assert.match(said, message);
      assert.doesNotMatch(said, /\n\s+at /, "no stack trace");
    });
  }
});

describe("import-0.1 as a user who may only read", { skip: noProgram }, () => {
  test("brings everything over", async (t) => {
    await using mongod = await Mongod.start({ args: ["--auth"] });
    const auth = { username: "admin", password: "secret" };
    await using first = new MongoClient(mongod.url);
    await first.db("admin").command({ createUser: auth.username, pwd: auth.password, roles: ["root"] });
    await using admin = new MongoClient(mongod.url, { auth });
    const db = admin.db("old");
    await db.collection<object>("allocs").insertMany(ALLOCATIONS.map((it) => stored(it) as object));
    await db.collection<object>("res").insertMany(RESOURCES.map((it) => stored(it) as object));
    await db.command({ createUser: "reader", pwd: "secret", roles: [{ role: "read", db: "old" }] });
    const directory = directoryWith(t, {
      "config.yaml": "plugin: {module: mongo, config: mongo.yaml}\n",
      "mongo.yaml": `{host: 127.0.0.1, port: ${mongod.port}, db: old, allocation_collection: allocs, resource_collection: res, username: reader, password: secret, auth_source: old}\n`,
    });
    const into = directoryWith(t, { "config.yaml": "store: {directory: data}\n" });
    const { out, said } = await importInto([directory, "--into", into, "--yes"]);
    assert.match(out, /resources: 5 read, 4 recorded, 0 recorded before, 1 left/, said);
    assert.deepEqual(await statesIn(t, into), STATES);
  });
});
