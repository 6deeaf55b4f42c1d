import assert from "node:assert/strict";
import { it } from "node:test";
import type { Opening } from "@drett/core";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { refusal } from "./support/refusal.ts";

onPostgres("opening a PostgreSQL store", (server) => {
  let schemas = 0;
  const freshSchema = () => `opened_${schemas++}`;
  const open = (schema: string, opening?: Opening, options: PostgresOptions = {}) =>
    openStore({ ...server().options, schema, ...options }, opening);

  it("makes the schema and what is in it", async () => {
    const store = await open(freshSchema());
    assert.deepEqual(await store.query({ order: "newest", limit: 1 }), { records: [] });
    await store.close();
  });

  it("applies its migrations once, however many servers start together", async () => {
    const schema = freshSchema();
    const stores = await Promise.all([1, 2, 3, 4].map(() => open(schema)));
    await Promise.all(stores.map((store) => store.close()));
    assert.deepEqual(await server().ask(`SELECT number FROM ${schema}.migration`), [["1"]].map(numbers));
  });

  it("lives in a schema that somebody else has made", async () => {
    const schema = freshSchema();
    await server().ask(`CREATE SCHEMA ${schema}`);
    await (await open(schema)).close();
  });

  it("refuses a schema that holds other tables of the same names, and leaves it alone", async () => {
    const schema = freshSchema();
    await server().ask(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.event (what text)`);
    await assert.rejects(open(schema), refusal(/"event" already exists/, /another `schema`/));
    assert.deepEqual(await server().ask(`SELECT to_regclass('${schema}.record')`), [[null]]);
  });

  it("refuses a schema that is newer than itself, and leaves it alone", async () => {
    const schema = freshSchema();
    await (await open(schema)).close();
    await server().ask(`INSERT INTO ${schema}.migration VALUES (999, 'of the future')`);
    const isRefused = refusal(/schema 999.*up to 1/, /newer drett/);
    await assert.rejects(open(schema), isRefused);
    await assert.rejects(open(schema), isRefused);
  });

  it("refuses a store whose migrations are not those that it knows", async () => {
    const schema = freshSchema();
    await (await open(schema)).close();
    await server().ask(`UPDATE ${schema}.migration SET checksum = 'of another branch'`);
    await assert.rejects(open(schema), refusal(/migration 1/, /Start the drett that made/));
  });

  it("leaves migrating to servers: a guest refuses what is not up to date", async () => {
    const schema = freshSchema();
    const guest: Opening = { role: "guest", warn: () => {} };
    await assert.rejects(open(schema, guest), refusal(/not up to date/, /Start a server/));
    assert.deepEqual(await server().ask(`SELECT to_regnamespace('${schema}')`), [[null]]);
    await (await open(schema)).close();
    await (await open(schema, guest)).close();
  });

  it("refuses to lose what it acknowledges, unless it is told to", async () => {
    const schema = freshSchema();
    for (const setting of ["synchronous_commit"]) {
      await server().ask(`CREATE ROLE careless LOGIN SUPERUSER; ALTER ROLE careless SET ${setting} = off`);
      const careless = { user: "careless" };
      await assert.rejects(
        open(schema, undefined, careless),
        refusal(/synchronous_commit is off/, /allow_lost_commits/),
      );
      const warnings: string[] = [];
      const opening: Opening = { role: "server", warn: (message) => warnings.push(message) };
      const store = await open(schema, opening, { ...careless, allow_lost_commits: true });
      await store.close();
      assert.match(warnings.join(), /synchronous_commit/);
    }
  });

  it("works whatever its role has as a default for its transactions", async () => {
    await server().ask(
      "CREATE ROLE serial LOGIN SUPERUSER; ALTER ROLE serial SET default_transaction_isolation = 'serializable'",
    );
    const schema = freshSchema();
    const store = await open(schema, undefined, { user: "serial" });
    await store.close();
    await assert.rejects(
      open(schema, undefined, { user: "serial", pooler: true }),
      refusal(/default_transaction_isolation is serializable/, /ALTER ROLE/),
    );
  });

  it("refuses a database that takes no writes", async () => {
    await server().ask(
      "CREATE ROLE reader LOGIN SUPERUSER; ALTER ROLE reader SET default_transaction_read_only = on",
    );
    await assert.rejects(
      open(freshSchema(), undefined, { user: "reader" }),
      refusal(/default_transaction_read_only/, /ALTER ROLE/),
    );
  });

  it("refuses a database in another encoding than UTF-8", async () => {
    const database = await server().freshDatabase("ENCODING 'LATIN1' TEMPLATE template0");
    await assert.rejects(open("drett", undefined, { database }), refusal(/LATIN1/, /ENCODING 'UTF8'/));
  });

  it("refuses a name for its schema that would need quotes", async () => {
    for (const schema of ["Drett", "a b", 'x"; DROP TABLE y', "", "1a", "a".repeat(64)]) {
      await assert.rejects(open(schema), refusal(/`schema` is/, /lower-case letters/));
    }
  });
});

const numbers = (row: string[]) => row.map(Number);
