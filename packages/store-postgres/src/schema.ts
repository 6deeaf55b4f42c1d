import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { StoreUnavailable } from "@drett/core";
import type { ClientBase } from "pg";
import { askOn } from "./connections.ts";
import type { Row } from "./rows.ts";

interface Migration {
  readonly number: number;
  readonly sql: string;
  readonly checksum: string;
}

const directory = new URL("./migrations/", import.meta.url);

/** The numbered SQL files, in their order. */
function migrations(): readonly Migration[] {
  const names = readdirSync(directory).filter((name) => /^\d{3}-.*\.sql$/.test(name));
  return names.sort().map((name) => {
    const sql = readFileSync(new URL(name, directory), "utf8");
    return {
      number: Number(name.slice(0, 3)),
      sql,
      checksum: createHash("sha256").update(sql).digest("hex"),
    };
  });
}

/** Any number, as long as it is the same for every server: it stands for the right to migrate in this database. */
const LOCK = 7_201_990_515;

/** Those that the store lacks. Throws {@link StoreUnavailable} where it has others than this drett knows. */
export function missingOf(applied: ReadonlyMap<number, string>): readonly Migration[] {
  const wanted = migrations();
  const newest = Math.max(0, ...applied.keys());
  const known = Math.max(0, ...wanted.map(({ number }) => number));
  if (newest > known) {
    throw new StoreUnavailable(
      `the store has schema ${newest}, this drett knows schemas up to ${known}`,
      "Start the newer drett that wrote it, or restore a backup made before the upgrade.",
    );
  }
  for (const { number, checksum } of wanted) {
    if ((applied.get(number) ?? checksum) === checksum) continue;
    throw new StoreUnavailable(
      `migration ${number} of the store is not the one that this drett has`,
      "Start the drett that made this store; its schema was changed since.",
    );
  }
  return wanted.filter(({ number }) => !applied.has(number));
}

/** Which migrations were applied, by their number, with their checksums. */
export async function appliedIn(
  schema: string,
  ask: (text: string) => Promise<readonly Row[]>,
): Promise<ReadonlyMap<number, string>> {
  const [[table] = []] = await ask(`SELECT to_regclass('${schema}.migration')`);
  if (table == null) return new Map();
  const rows = await ask(`SELECT number, checksum FROM ${schema}.migration`);
  return new Map(rows.map(([number, checksum]) => [Number(number), checksum as string]));
}

/** Brings the schema up to date, all of it or nothing; one server at a time. `user` may then work with its tables. */
export async function migrate(client: ClientBase, schema: string, user: string): Promise<void> {
  const ask = askOn(client);
  await ask("BEGIN");
  try {
    await ask(`SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; SET LOCAL jit = off`);
    await ask(`SELECT pg_advisory_xact_lock(${LOCK})`);
    const missing = missingOf(await appliedIn(schema, ask));
    const [[exists] = []] = await ask(`SELECT to_regnamespace('${schema}')`);
    if (exists == null) await ask(`CREATE SCHEMA ${schema}`);
    await ask(`SET LOCAL search_path TO ${schema}`);
    await ask("CREATE TABLE IF NOT EXISTS migration (number integer PRIMARY KEY, checksum text NOT NULL)");
    for (const { number, sql, checksum } of missing) {
      await ask(sql);
      await ask(`INSERT INTO migration VALUES (${number}, '${checksum}')`);
    }
    await grant(ask, schema, user);
    await ask("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function grant(
  ask: (text: string) => Promise<readonly Row[]>,
  schema: string,
  user: string,
): Promise<void> {
  const [[isOwner] = []] = await ask(`SELECT current_user = '${user.replaceAll("'", "''")}'`);
  if (isOwner === "t") return;
  const role = `"${user.replaceAll('"', '""')}"`;
  await ask(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`);
  await ask(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  await ask(`REVOKE INSERT, UPDATE, DELETE ON migration FROM ${role}`);
}
