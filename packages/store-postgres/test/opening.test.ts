import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { type Opening, resourceKey } from "@drett/core";
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
    assert.deepEqual(
      await server().ask(`SELECT number FROM ${schema}.migration`),
      [["1"], ["2"]].map(numbers),
    );
  });

  it("brings the former schema up to date, and keeps what it holds", async () => {
    const schema = freshSchema();
    const former = readFileSync(new URL("../src/migrations/001-records.sql", import.meta.url), "utf8");
    const checksum = createHash("sha256").update(former).digest("hex");
    await server().ask(`
      CREATE SCHEMA ${schema};
      SET search_path TO ${schema};
      CREATE TABLE migration (number integer PRIMARY KEY, checksum text NOT NULL);
      ${former};
      INSERT INTO migration VALUES (1, '${checksum}');
      INSERT INTO record (id, kind, version, facts, state, application, body)
        VALUES ('vm-1', 0, 1, 1, 'freed', 'probe', '[{"kind":"intent"}]');
      INSERT INTO event VALUES (1, 1, 0);
      RESET search_path`);
    const store = await open(schema);
    const [stored] = await store.load([resourceKey("vm-1")]);
    assert.deepEqual([stored?.version, stored?.body, stored?.until], [1, '[{"kind":"intent"}]', undefined]);
    const { events } = await store.events(undefined, 10);
    assert.deepEqual(
      events.map(({ id, fact }) => [id, fact]),
      [["vm-1", '{"kind":"intent"}']],
    );
    await store.close();
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
    const isRefused = refusal(/schema 999.*up to 2/, /newer drett/);
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
