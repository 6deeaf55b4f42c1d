import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, it } from "node:test";
import { resourceKey } from "@drett/core";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { created } from "./support/changes.ts";
import { onPostgres } from "./support/on-postgres.ts";
import { refusal } from "./support/refusal.ts";

/** What docs/postgresql.md tells an administrator to do. */
function documented(): string[] {
  const text = readFileSync(new URL("../../../docs/postgresql.md", import.meta.url), "utf8");
  const [, sql = ""] = /## Roles[\s\S]*?```sql\n([\s\S]*?)```/.exec(text) ?? [];
  return sql.split(";\n").filter((statement) => statement.trim() !== "");
}

onPostgres("the roles of a PostgreSQL store", (server) => {
  const place = () => ({ ...server().options, database: "drett" });
  const owner = { migration_user: "drett_owner", migration_password: "…" };
  const open = (options: PostgresOptions) => openStore({ ...place(), user: "drett", ...options });

  before(async () => {
    for (const statement of documented()) await server().ask(statement);
  });

  it("are two: the owner migrates, and the other one works without any right to change the schema", async () => {
    await assert.rejects(open({}), refusal(/permission denied/, /`migration_user`/));
    await (await open(owner)).close();
    const store = await open({});
    assert.deepEqual(await store.commit([created("a")]), ["applied"]);
    assert.equal((await store.load([resourceKey("a")])).length, 1);
    assert.deepEqual(await store.commit([]), []);
    await store.close();
    assert.deepEqual(
      await server().ask("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'drett'", "drett"),
      [["drett_owner"]],
    );
  });

  for (const [what, statement] of Object.entries({
    "drop a table": "DROP TABLE drett.event",
    "add a column": "ALTER TABLE drett.record ADD COLUMN x text",
    "add a table": "CREATE TABLE drett.x (x text)",
    "add a schema": "CREATE SCHEMA x",
    "empty a table": "TRUNCATE drett.event",
    "forge a migration": "INSERT INTO drett.migration VALUES (999, 'x')",
  })) {
    it(`do not let the server ${what}`, async () => {
      const client = await server().connect({ user: "drett", database: "drett" });
      await assert.rejects(client.query(statement), /permission denied|must be owner/);
      await client.end();
    });
  }
});
