import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MongoClient } from "mongodb";
import { openStore } from "../src/index.ts";
import { created } from "./support/changes.ts";
import { freshName, Mongod } from "./support/mongod.ts";
import { noProgram } from "./support/program.ts";
import { refusal } from "./support/refusal.ts";
import { until } from "./support/until.ts";

const first = { auth: { username: "root", password: "root-secret" } };
const user = { username: "drett", password: "user-secret", auth_source: "admin" };

/** A MongoDB with a user of drett's, who has these roles. */
async function withUser(roles: (db: string) => readonly object[]) {
  const mongod = await Mongod.start({ args: ["--auth"], first });
  const admin = new MongoClient(mongod.url, first);
  const settings = { host: "127.0.0.1", port: mongod.port, db: freshName(), connect_timeout: 1, ...user };
  const command = (it: object) => admin.db("admin").command(it);
  const create = () =>
    command({ createUser: user.username, pwd: user.password, roles: [...roles(settings.db)] });
  await create();
  return {
    mongod,
    settings,
    command,
    create,
    async [Symbol.asyncDispose]() {
      await admin.close();
      await mongod[Symbol.asyncDispose]();
    },
  };
}

const readWrite = (db: string) => [{ role: "readWrite", db }];

describe("the user of a MongoDB store", { skip: noProgram }, () => {
  it("needs the right to create indexes only where they are missing", async () => {
    await using it = await withUser(() => []);
    const { settings, command } = it;
    const actions = ["find", "insert", "update", "remove", "createCollection", "listIndexes"];
    const privileges = [{ resource: { db: settings.db, collection: "" }, actions }];
    await command({ createRole: "withoutIndexes", privileges, roles: [] });
    await command({ updateUser: user.username, roles: ["withoutIndexes"] });
    const isRefused = refusal(
      /does not let drett do what it must: not authorized.*createIndexes/,
      /`username`/,
    );
    await assert.rejects(openStore(settings), isRefused);
    const asRoot = { ...settings, ...first.auth };
    await (await openStore(asRoot)).close();
    const store = await openStore(settings);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await store.close();
  });

  it("may be missing: what comes is refused, also while running, and it is said what to set", async () => {
    await using it = await withUser(readWrite);
    const isRefused = refusal(/requires authentication/, /Set `username` and `password`.*start drett anew/);
    const { host, port, db } = it.settings;
    await assert.rejects(openStore({ host, port, db }), isRefused);
    const store = await openStore(it.settings);
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    await it.command({ dropUser: user.username });
    await until("it is refused", () => store.commit([created("b")]).then(() => false, isRefused));
    await it.create();
    await store.close();
    const anew = await openStore(it.settings);
    assert.deepEqual(await anew.commit([created("c")]), ["applied"]);
    await anew.close();
  });

  it("may get another password: after a restart what comes is refused until the old one is back", async () => {
    await using it = await withUser(readWrite);
    const store = await openStore(it.settings);
    const change = (pwd: string) => it.command({ updateUser: user.username, pwd });
    await change("other-secret");
    assert.deepEqual(await store.commit([created("a")]), ["applied"], "connections that are open stay so");
    await it.mongod.kill();
    await it.mongod.launch();
    await it.mongod.writable();
    const isRefused = refusal(/refuses the credentials/, /`password` and `auth_source`/);
    await until("it is refused", () =>
      store.commit([created("b")]).then(
        () => false,
        (error) => /credentials/.test(String(error)) && isRefused(error),
      ),
    );
    await change(user.password);
    await until("it goes on", () => store.commit([created("c")]).then(isApplied, () => false));
    await store.close();
  });
});

const isApplied = ([outcome]: readonly string[]) => outcome === "applied";
