import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Opening } from "@drett/core";
import { MongoClient } from "mongodb";
import type { Database } from "../src/database.ts";
import { openStore } from "../src/index.ts";
import { checkServer } from "../src/server-check.ts";
import { created, namesOf, readAll } from "./support/changes.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { onMongod } from "./support/on-mongod.ts";
import { noProgram } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

const opening = (role: Opening["role"]): Opening => ({ role, warn: assert.fail });
const [asServer, asGuest] = [opening("server"), opening("guest")];

describe("opening a MongoDB store", { skip: noProgram }, () => {
  const { server, fresh } = onMongod();

  async function alter(db: string, set: object): Promise<void> {
    await using client = new MongoClient(server().url);
    await client
      .db(db)
      .collection("drett_meta")
      .updateOne({ _id: "schema" as never }, { $set: set });
  }

  it("sets up what is missing, once, also when several servers start at once", async () => {
    const settings = fresh();
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(settings, asServer)));
    const [first, second] = stores.map((store) => store.events(undefined, 1));
    assert.deepEqual(await first, await second);
    await Promise.all(stores.map((store) => store.close()));
  });

  it("keeps to its own collections", async () => {
    const settings = { ...fresh(), prefix: "other_" };
    const store = await openStore(settings, asServer);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await store.close();
    await using client = new MongoClient(server().url);
    const names = (await client.db(settings.db).listCollections().toArray()).map(({ name }) => name);
    assert.deepEqual(names.sort(), ["other_events", "other_meta", "other_records"]);
  });

  it("refuses a schema that is newer than itself, and leaves it alone", async () => {
    const settings = fresh();
    await (await openStore(settings, asServer)).close();
    await alter(settings.db, { version: 999 });
    const isRefused = refusal(/schema 999.*up to 2/, /newer drett/);
    for (const as of [asServer, asServer, asGuest]) await assert.rejects(openStore(settings, as), isRefused);
  });

  it("brings the former schema up to date, so that an older drett refuses it", async () => {
    const settings = fresh();
    await (await openStore(settings, asServer)).close();
    await alter(settings.db, { version: 1 });
    await (await openStore(settings, asServer)).close();
    await using client = new MongoClient(server().url);
    const schema = await client
      .db(settings.db)
      .collection("drett_meta")
      .findOne({ _id: "schema" as never });
    assert.equal(schema?.version, 2);
  });

  it("refuses a guest where no server was yet", async () => {
    await assert.rejects(openStore(fresh(), asGuest), refusal(/holds no drett yet/, /Start drett-server/));
  });

  it("refuses a guest on a database that is not atomic", async () => {
    const settings = fresh();
    await (await openStore(settings, asServer)).close();
    await alter(settings.db, { atomic: false });
    await assert.rejects(openStore(settings, asGuest), refusal(/one server alone/, /to that server/));
  });

  it("lets guests write beside a server, whose feed tells of it", async () => {
    const settings = fresh();
    const store = await openStore(settings, asServer);
    const guest = await openStore(settings, asGuest);
    assert.deepEqual(await guest.commit([created("a")]), ["applied"]);
    await guest.close();
    await until("the feed tells it", async () => (await readAll(store)).length > 0);
    assert.deepEqual(namesOf(await readAll(store)), ["a 0"]);
    await store.close();
  });

  it("refuses a port at which nothing listens", async () => {
    await using other = await Mongod.start();
    const { port } = other;
    await other.kill();
    const settings = { host: "127.0.0.1", port, connect_timeout: 1 };
    await assert.rejects(
      openStore(settings),
      refusal(new RegExp(`nothing listens at 127\\.0\\.0\\.1:${port}`), /`host` and `port`/),
    );
  });

  it("refuses a host that nobody knows", async () => {
    const settings = { host: "nobody.invalid", connect_timeout: 1 };
    await assert.rejects(openStore(settings), refusal(/no host has the name/, /Check `host`/));
  });

  it("refuses a server that is too old", async () => {
    const command = async () => ({ version: "4.2.24", versionArray: [4, 2, 24, 0] });
    const old = { command } as unknown as Database;
    await assert.rejects(
      checkServer(old, "db.example:1"),
      refusal(/db\.example:1 is MongoDB 4\.2\.24, and drett needs 4\.4/, /Upgrade it/),
    );
  });
});

describe("a MongoDB with users", { skip: noProgram }, () => {
  const root = { auth: { username: "root", password: "root-secret" } };
  const { server, fresh } = onMongod({ args: ["--auth"], first: root });
  const user = { username: "drett", password: "user-secret", auth_source: "admin" };

  async function as(db: string, roles: readonly object[]): Promise<void> {
    await using client = new MongoClient(server().url, root);
    const admin = client.db("admin");
    await admin.command({ dropUser: "drett" }).catch(() => {});
    await admin.command({ createUser: "drett", pwd: "user-secret", roles: [...roles] });
    await client.db(db).command({ ping: 1 });
  }

  it("serves one who may read and write in drett's database, and nothing else", async () => {
    const settings = { ...fresh(), ...user };
    await as(settings.db, [{ role: "readWrite", db: settings.db }]);
    const store = await openStore(settings);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await store.close();
  });

  it("serves one with the least rights that docs/mongodb.md names", async () => {
    const settings = { ...fresh(), ...user };
    const text = readFileSync(new URL("../../../docs/mongodb.md", import.meta.url), "utf8");
    const [, listed = ""] = /privileges: (\[[\s\S]*?\n\])/.exec(text) ?? [];
    const privileges = JSON.parse(
      listed
        .replaceAll(/(\w+): /g, '"$1": ')
        .replace(/,\n\]/, "]")
        .replaceAll('"drett",', `"${settings.db}",`),
    );
    assert.equal(privileges.length, 3);
    await using client = new MongoClient(server().url, root);
    await client.db(settings.db).command({ createRole: "least", privileges, roles: [] });
    await as(settings.db, [{ role: "least", db: settings.db }]);
    const store = await openStore(settings);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await until("the feed tells it", async () => (await readAll(store)).length === 1);
    const guest = await openStore(settings, asGuest);
    assert.deepEqual(await guest.commit([created("b")]), ["applied"]);
    await guest.close();
    await until("the feed tells both", async () => (await readAll(store)).length === 2);
    await store.close();
  });

  it("refuses who says not who he is", async () => {
    await assert.rejects(openStore(fresh()), refusal(/does not let drett/, /`username`/));
  });

  it("refuses a wrong password", async () => {
    const settings = { ...fresh(), ...user, password: "other-secret" };
    await assert.rejects(openStore(settings), (error) => {
      assert.doesNotMatch(JSON.stringify(error) + String(error), /other-secret/);
      return refusal(/refuses the credentials/, /`password` and `auth_source`/)(error);
    });
  });

  it("refuses a user from another database", async () => {
    const settings = { ...fresh(), ...user, auth_source: "elsewhere" };
    await assert.rejects(openStore(settings), refusal(/refuses the credentials/, /`auth_source`/));
  });

  it("refuses who may only read, and who may write elsewhere", async () => {
    const settings = { ...fresh(), ...user };
    const needed = refusal(/does not let drett do what it must/, /readWrite on the database of `db`/);
    for (const role of [
      { role: "read", db: settings.db },
      { role: "readWrite", db: freshName() },
    ]) {
      await as(settings.db, [role]);
      await assert.rejects(openStore(settings), needed);
    }
  });

  it("answers unavailable while rights are missing, and goes on when they are back", async () => {
    const settings = { ...fresh(), ...user };
    await as(settings.db, [{ role: "readWrite", db: settings.db }]);
    const store = await openStore(settings);
    await using client = new MongoClient(server().url, root);
    const [role] = [[{ role: "readWrite", db: settings.db }]];
    await client.db("admin").command({ revokeRolesFromUser: "drett", roles: role });
    const refused = refusal(/does not let drett/, /readWrite/);
    await until("it is refused", () => store.commit([created("a")]).then(() => false, refused));
    await client.db("admin").command({ grantRolesToUser: "drett", roles: role });
    await until("it is allowed", () =>
      store.commit([created("b")]).then(
        (outcomes) => outcomes[0] === "applied",
        () => false,
      ),
    );
    await store.close();
  });
});

describe("a MongoDB that takes no writes", { skip: noProgram }, () => {
  it("is refused where it is no primary", async () => {
    await using primary = await Mongod.start({ replicaSet: true });
    await using secondary = await Mongod.start({ replicaSet: true, joins: primary });
    const connection_string = `mongodb://127.0.0.1:${secondary.port}/?directConnection=true`;
    await assert.rejects(
      openStore({ connection_string, db: freshName() }),
      refusal(/read-only member of the replica set drett/, /whole replica set/),
    );
    const both = `mongodb://127.0.0.1:${primary.port},127.0.0.1:${secondary.port}/?replicaSet=drett`;
    await (await openStore({ connection_string: both, db: freshName() })).close();
  });

  it("is refused where the replica set has no primary", async () => {
    await using mongod = await Mongod.start({ args: ["--replSet", "lone"], takesWrites: false });
    const connection_string = `mongodb://127.0.0.1:${mongod.port}/?replicaSet=lone`;
    const settings = { connection_string, db: freshName(), connect_timeout: 1 };
    await assert.rejects(openStore(settings), refusal(/no primary/, /rs\.status\(\)/));
  });

  it("answers unavailable while its primary has stepped down, and goes on by itself", async () => {
    await using mongod = await Mongod.start({ replicaSet: true });
    const settings = { host: "127.0.0.1", port: mongod.port, db: freshName(), connect_timeout: 1 };
    const store = await openStore(settings);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await using client = new MongoClient(mongod.url);
    await client.db("admin").command({ replSetStepDown: 5, force: true });
    await assert.rejects(
      store.commit([created("b")]).then((outcomes) => assert.deepEqual(outcomes, ["applied"])),
      refusal(/no primary|takes no writes/, /./),
    );
    const outcomes: string[] = [];
    await until("a write gets through", async () => {
      const [outcome] = await store.commit([created(`c${outcomes.length}`)]).catch(() => ["refused"]);
      return outcomes.push(outcome as string) > 0 && outcome === "applied";
    });
    assert.ok(outcomes.length >= 1);
    await store.close();
  });
});
