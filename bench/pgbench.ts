import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";

const run = promisify(execFile);
const TABLES = new URL("../packages/store-postgres/src/migrations/001-records.sql", import.meta.url);

/** What PostgreSQL's own load generator inserts, one row a transaction, into a table such as drett's. */
export class PgBench {
  readonly #server: PostgresServer;
  readonly #script: string;
  #runs = 0;

  private constructor(server: PostgresServer, script: string) {
    this.#server = server;
    this.#script = script;
  }

  static async on(server: PostgresServer, name: string): Promise<PgBench> {
    const schema = `pgbench_${name}`;
    await server.ask(
      `CREATE SCHEMA ${schema}; SET search_path TO ${schema}; ${readFileSync(TABLES, "utf8")}`,
    );
    const script = join(server.folder, "insert.sql");
    writeFileSync(script, insertInto(schema));
    return new PgBench(server, script);
  }

  /** How many rows a second. */
  async run(clients: number, seconds: number): Promise<number> {
    const { folder, port } = this.#server;
    const place = ["--host", folder, "--port", String(port), "--username", "postgres"];
    const shape = ["--client", String(clients), "--jobs", "2", "--time", String(seconds)];
    const counted = ["--define", `run=${++this.#runs}`, "--define", "n=0"];
    const how = ["--no-vacuum", "--protocol", "prepared", "--file", this.#script];
    const { stdout } = await run("pgbench", [...place, ...shape, ...counted, ...how, "postgres"]);
    const [, rate] = /^tps = ([\d.]+)/m.exec(stdout) ?? [];
    if (rate === undefined) throw new Error(`pgbench says: ${stdout}`);
    return Number(rate);
  }
}

/** The row that an intent of the same load becomes. */
function insertInto(schema: string): string {
  const about = '"application":"bench","module":"intents","type":"vm","owner":"lpds"';
  const fact = `{"kind":"intent","about":{${about},"scope":"cloud/region-1/project-1","ttlSeconds":86400},"timeoutSeconds":600,"data":{"flavour":"m1.small","image":"debian-12"},"at":1795000000000,"arrival":1795000000000,"actor":"local"}`;
  return `\\set n :n + 1
INSERT INTO ${schema}.record (id, kind, version, facts, state, due, application, module, owner, type, body)
VALUES ('d' || (100000000000 + :n) || '-7000-8000-' || :run || '-' || :client_id, 0, 1, 1, 'pending', 1795000600000 + :n, 'bench', 'intents', 'lpds', 'vm', '[${fact}]');
`;
}
