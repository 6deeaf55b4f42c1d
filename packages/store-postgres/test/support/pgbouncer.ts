import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "pg";
import { IDENTITY, type PostgresServer } from "./postgres-server.ts";

const PROGRAM = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].find(isExecutable);

/** Why tests with PgBouncer cannot run here, if they cannot. */
export const NO_PGBOUNCER = PROGRAM === undefined && "PgBouncer is not installed: apt-get install pgbouncer";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** PgBouncer before the server, lending a few connections by transaction. */
export class PgBouncer {
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, process: ChildProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  static async start(server: PostgresServer): Promise<PgBouncer> {
    const folder = join(server.folder, "pgbouncer");
    mkdirSync(folder);
    const file = join(folder, "pgbouncer.ini");
    writeFileSync(file, configuration(server, folder));
    if (IDENTITY) chownSync(folder, IDENTITY.uid, IDENTITY.gid);
    const child = spawn(PROGRAM as string, [file], { ...IDENTITY, cwd: folder, stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
    const pooler = new PgBouncer(folder, child);
    await pooler.#untilItAnswers();
    return pooler;
  }

  get options() {
    return { host: this.#folder, port: PORT, user: "postgres", database: "postgres" };
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }

  async #untilItAnswers(): Promise<void> {
    for (let tries = 0; ; tries++) {
      const client = new Client(this.options);
      client.on("error", () => {});
      try {
        await client.connect();
        await client.query("SELECT 1");
        return;
      } catch (error) {
        if (tries > 200 || this.#process.exitCode !== null) throw error;
        await wait(25);
      } finally {
        await client.end();
      }
    }
  }
}

const PORT = 6432;

/** Fewer connections than those who use them, so that each transaction may reach another server process. */
const configuration = ({ folder, port }: PostgresServer, ownFolder: string) => `
[databases]
* = host=${folder} port=${port} user=postgres
[pgbouncer]
listen_addr =
listen_port = ${PORT}
unix_socket_dir = ${ownFolder}
auth_type = any
pool_mode = transaction
default_pool_size = 4
max_client_conn = 500
logfile = ${ownFolder}/log
`;
