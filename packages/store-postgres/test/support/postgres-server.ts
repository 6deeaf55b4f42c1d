import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import type { PostgresOptions } from "../../src/index.ts";
import type { Installation } from "./installations.ts";

const run = promisify(execFile);

/** How a server is told to end: as the operator does it, or as if the power had failed. */
export type Ending = "fast" | "immediate";

export interface ServerOptions {
  /** What stands in postgresql.conf beside what the tests need. */
  readonly settings?: { readonly [name: string]: string };
  /** Where its folder is to be; somewhere for temporary files. */
  readonly parent?: string;
  /** Also on a TCP port of 127.0.0.1; else on a socket alone. */
  readonly tcp?: true;
}

/** A PostgreSQL server of this process alone, with its data in a folder of its own. */
export class PostgresServer {
  readonly folder: string;
  readonly port: number;
  readonly #programs: string;
  readonly #settings: { readonly [name: string]: string };
  #process: ChildProcess | undefined;
  #databases = 0;

  private constructor(folder: string, port: number, programs: string, settings: { [name: string]: string }) {
    this.folder = folder;
    this.port = port;
    this.#programs = programs;
    this.#settings = settings;
  }

  static async start(installation: Installation, options: ServerOptions = {}): Promise<PostgresServer> {
    const folder = mkdtempSync(join(options.parent ?? tmpdir(), "drett-postgres-"));
    // Whoever is not root keeps it; PostgreSQL refuses to run as root.
    chmodSync(folder, 0o711);
    if (IDENTITY) chownSync(folder, IDENTITY.uid, IDENTITY.gid);
    const port = options.tcp ? await freePort() : 5432;
    const programs = installation.programs(folder);
    const server = new PostgresServer(folder, port, programs, {
      listen_addresses: options.tcp ? "127.0.0.1" : "",
      port: String(port),
      unix_socket_directories: folder,
      max_connections: "200",
      shared_buffers: "64MB",
      ...options.settings,
    });
    const data = ["-D", server.#data, "--username=postgres", "--auth=trust", "--encoding=UTF8"];
    await run(join(programs, "initdb"), [...data, "--locale=C", "--no-sync"], { ...IDENTITY, cwd: folder });
    await server.resume();
    return server;
  }

  /** As the superuser, over the socket. */
  get options(): PostgresOptions & { readonly host: string; readonly port: number } {
    return { host: this.folder, port: this.port, user: "postgres", database: "postgres" };
  }

  get programs(): string {
    return this.#programs;
  }

  get #data(): string {
    return join(this.folder, "data");
  }

  /** The log of the server so far. */
  get log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async connect(options: Partial<ReturnType<typeof this.clientOptions>> = {}): Promise<Client> {
    const client = new Client({ ...this.clientOptions(), ...options });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  clientOptions() {
    const { host, port } = this.options;
    return { host, port, user: "postgres", database: "postgres" };
  }

  /** Asks as the superuser, on a connection of its own. */
  async ask(sql: string, database = "postgres"): Promise<(string | null)[][]> {
    const client = await this.connect({ database });
    try {
      const result = await client.query<(string | null)[]>({ text: sql, rowMode: "array" });
      return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
    } finally {
      await client.end();
    }
  }

  async freshDatabase(definition = ""): Promise<string> {
    const name = `test_${this.#databases++}`;
    await this.ask(`CREATE DATABASE ${name} ${definition}`);
    return name;
  }

  /** Who may come in how: the lines of pg_hba.conf. */
  async rules(lines: readonly string[]): Promise<void> {
    writeFileSync(join(this.#data, "pg_hba.conf"), `${lines.join("\n")}\n`);
    const loaded = () => this.ask("SELECT pg_conf_load_time()::text");
    const [[before] = []] = await loaded();
    await this.ask("SELECT pg_reload_conf()");
    while ((await loaded())[0]?.[0] === before) await wait(10);
  }

  /** Ends it, and waits until it has ended. */
  async halt(how: Ending): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exit = once(child, "exit");
    child.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    await exit;
  }

  /** Stops all of its processes where they are, so that it neither answers nor ends, or lets them go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    const pid = this.#process?.pid;
    if (pid === undefined) return;
    // The first of them starts the others: stopped before they are counted, it starts no more.
    process.kill(pid, signal);
    for (const child of readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ")) {
      if (child !== "") process.kill(Number(child), signal);
    }
  }

  /** Starts it again on the same data. */
  async resume(): Promise<void> {
    const log = openSync(join(this.folder, "log"), "a");
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(join(this.#programs, "postgres"), ["-D", this.#data, ...settings], {
      ...IDENTITY,
      cwd: this.folder,
      stdio: ["ignore", log, log],
    });
    this.#process = child;
    process.once("exit", () => child.kill("SIGQUIT"));
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null || tries > 600)
        throw new Error(`PostgreSQL does not start:\n${this.log.slice(-2000)}`);
      try {
        return await this.ask("SELECT 1").then(() => undefined);
      } catch {
        await wait(50);
      }
    }
  }

  async dispose(): Promise<void> {
    await this.halt("immediate");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Nobody in particular, where this process is root. */
export const IDENTITY = process.getuid?.() === 0 ? unprivileged() : undefined;

function unprivileged(): { uid: number; gid: number } {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("there is neither postgres nor nobody in /etc/passwd");
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
