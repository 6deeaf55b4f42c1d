import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient, type MongoClientOptions } from "mongodb";
import { program } from "./program.ts";

const START_MS = 60_000;
const SET = "drett";

export interface MongodOptions {
  /** A replica set of this one server, instead of a server that stands alone. */
  readonly replicaSet?: boolean;
  /** Further arguments. */
  readonly args?: readonly string[];
  /** What it may keep in memory; a quarter of a GB where nothing is said. */
  readonly cacheGB?: number;
  /** Where its data goes; a temporary directory where nothing is said. */
  readonly parent?: string;
  /** How the tests themselves get in. */
  readonly client?: MongoClientOptions;
  /** The first user, who may do everything; the tests get in as this one. */
  readonly first?: { readonly auth: { readonly username: string; readonly password: string } };
  /** A member without a vote of the replica set of that one. */
  readonly joins?: Mongod;
  readonly takesWrites?: false;
}

/** A MongoDB server of one's own, on a free port of loopback. It ends with the process that started it. */
export class Mongod implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly #options: MongodOptions;
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: MongodOptions) {
    this.port = port;
    this.folder = folder;
    this.#options = options;
  }

  static async start(options: MongodOptions = {}): Promise<Mongod> {
    const folder = mkdtempSync(join(options.parent ?? tmpdir(), "drett-mongod-"));
    const mongod = new Mongod(await freePort(), folder, options);
    await mongod.launch();
    if (options.joins) await mongod.#join(options.joins);
    else if (options.replicaSet) await mongod.#initiate();
    if (!options.joins && options.takesWrites !== false) await mongod.writable();
    if (options.first) await mongod.#addFirst(options.first.auth);
    return mongod;
  }

  get url(): string {
    return `mongodb://127.0.0.1:${this.port}/?directConnection=true`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the process, also once more after a kill, on the same data and port. */
  async launch(): Promise<void> {
    const { replicaSet, args = [], cacheGB = 0.25 } = this.#options;
    const settings = [
      ["--port", this.port, "--bind_ip", "127.0.0.1", "--nounixsocket", "--dbpath", this.folder],
      ["--logpath", join(this.folder, "mongod.log"), "--wiredTigerCacheSizeGB", cacheGB],
      ["--setParameter", "diagnosticDataCollectionEnabled=false", ...(replicaSet ? ["--replSet", SET] : [])],
    ];
    const command = [...DYING_WITH_US, program as string, ...settings.flat().map(String), ...args];
    const child = spawn(command[0] as string, command.slice(1), { stdio: "ignore" });
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    this.#child = child;
    await this.#until("it answers", (client) => client.db("admin").command({ ping: 1 }));
  }

  /** Waits until it takes writes: a member of a replica set has to be elected first. */
  async writable(): Promise<void> {
    await this.#until("it takes writes", async (client) => {
      const { isWritablePrimary } = await client.db("admin").command({ hello: 1 });
      if (!isWritablePrimary) throw new Error("it takes none yet");
    });
  }

  /** kill -9, without a word; its data stays. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Stops it where it is, so that it neither answers nor ends, or lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  /** Ends it, and removes its data. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #initiate(): Promise<void> {
    const members = [{ _id: 0, host: `127.0.0.1:${this.port}` }];
    await this.#until("it is a replica set", (client) =>
      client.db("admin").command({ replSetInitiate: { _id: SET, members } }),
    );
  }

  async #join(primary: Mongod): Promise<void> {
    await using client = new MongoClient(primary.url);
    const admin = client.db("admin");
    const { config } = await admin.command({ replSetGetConfig: 1 });
    const member = { _id: 1, host: `127.0.0.1:${this.port}`, priority: 0, votes: 0 };
    const members = [...config.members, member];
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members } });
    await this.#until("it is a secondary", async (client) => {
      const { secondary } = await client.db("admin").command({ hello: 1 });
      if (!secondary) throw new Error("it is none yet");
    });
  }

  /** The first one may be made without logging in. */
  async #addFirst({ username, password }: { username: string; password: string }): Promise<void> {
    await using client = new MongoClient(this.url);
    await client.db("admin").command({ createUser: username, pwd: password, roles: ["root"] });
  }

  async #until(what: string, ask: (client: MongoClient) => Promise<unknown>): Promise<void> {
    const started = performance.now();
    for (let last: unknown; ; ) {
      const client = new MongoClient(this.url, { serverSelectionTimeoutMS: 1_000, ...this.#options.client });
      try {
        return void (await ask(client));
      } catch (error) {
        last = error;
      } finally {
        await client.close();
      }
      const isOver = this.#child?.exitCode !== null || performance.now() - started > START_MS;
      if (isOver) throw new Error(`mongod: ${what}: not so\n${this.#lastWords()}`, { cause: last });
      await pause(50);
    }
  }

  #lastWords(): string {
    return readFileSync(join(this.folder, "mongod.log"), "utf8").split("\n").slice(-8).join("\n");
  }
}

/** A name for a database that no other test has. */
export const freshName = (): string => `drett-test-${randomBytes(6).toString("hex")}`;

/** Where Linux can, a kill -9 of the tests ends the servers too. */
const DYING_WITH_US =
  spawnSync("setpriv", ["--pdeathsig", "KILL", "true"]).status === 0
    ? (["setpriv", "--pdeathsig", "KILL"] as const)
    : [];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
