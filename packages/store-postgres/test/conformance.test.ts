import { testStore } from "@drett/conformance";
import { Client } from "pg";
import { openStore, type PostgresOptions } from "../src/index.ts";
import { onPostgres } from "./support/on-postgres.ts";

/** A server of somebody else's, whose database is used for schemas that are removed again. */
const { DRETT_TEST_POSTGRES_URL: url } = process.env;

onPostgres("a PostgreSQL store", (server) => {
  const drop = async (schema: string) => void (await server().ask(`DROP SCHEMA ${schema} CASCADE`));
  test("postgres", () => server().options, drop);
});

if (url !== undefined) test("postgres at DRETT_TEST_POSTGRES_URL", () => ({ url }), dropThere);

function test(name: string, place: () => PostgresOptions, drop: (schema: string) => Promise<void>): void {
  let schemas = 0;
  testStore(
    name,
    async () => {
      const schema = `fresh_${process.pid}_${schemas++}`;
      const options = { ...place(), schema };
      const open = (restored = false) => openStore(options, { role: "server", warn() {}, restored });
      return { store: await open(), reopen: open, dispose: () => drop(schema) };
    },
    { scale: 0.5 },
  );
}

async function dropThere(schema: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`DROP SCHEMA ${schema} CASCADE`);
  await client.end();
}
