import { hostname } from "node:os";
import { StoreUnavailable } from "@drett/core";
import { type Database, DUPLICATE_KEY, throwFault } from "./database.ts";

/** How long the right to be the only server holds, and how often it is renewed. */
const HOLDS_MS = 20_000;
const RENEW_MS = 5_000;

interface Lease {
  readonly _id: "server";
  readonly server: string;
  readonly host: string;
  readonly pid: number;
  readonly since: Date;
  readonly until: Date;
}

/**
 * The right to be the only server, where the database cannot keep two from writing over one another. It lapses with a
 * server that no longer renews it.
 */
export class SoleServer {
  readonly #database: Database;
  readonly #server: string;
  #until: number;
  #renewing: NodeJS.Timeout | undefined;

  private constructor(database: Database, server: string, until: number) {
    this.#database = database;
    this.#server = server;
    this.#until = until;
    this.#renewing = setInterval(() => void this.#renew(), RENEW_MS);
  }

  /** Rejects while another server has it, naming that. */
  static async take(database: Database, server: string): Promise<SoleServer> {
    const now = Date.now();
    const lease: Lease = {
      _id: "server",
      server,
      host: hostname(),
      pid: process.pid,
      since: new Date(now),
      until: new Date(now + HOLDS_MS),
    };
    const inTheWay = await insert(database, lease);
    if (inTheWay && isOver(inTheWay, now)) {
      await database.remove(database.meta, { _id: "server", server: inTheWay.server });
      const other = await insert(database, lease);
      if (other) throw refusal(other);
    } else if (inTheWay) throw refusal(inTheWay);
    return new SoleServer(database, server, now + HOLDS_MS);
  }

  /** Throws once another may have it. */
  check(): void {
    if (Date.now() < this.#until) return;
    throw new StoreUnavailable(
      "this server could not renew its right to be the only one on this database",
      "See whether the database answers, and whether another server has been started on it.",
    );
  }

  async release(): Promise<void> {
    clearInterval(this.#renewing);
    await this.#database.remove(this.#database.meta, { _id: "server", server: this.#server });
  }

  async #renew(): Promise<void> {
    const until = Date.now() + HOLDS_MS;
    const q = { _id: "server", server: this.#server };
    try {
      const { n } = await this.#database.update(this.#database.meta, [
        { q, u: { $set: { until: new Date(until) } } },
      ]);
      this.#until = n === 1 ? until : 0;
    } catch {
      // Once it has run out, every command says so.
    }
  }
}

/** What is in the way, if anything is. */
async function insert(database: Database, lease: Lease): Promise<Lease | undefined> {
  const { writeErrors = [] } = await database.insert(database.meta, [lease]);
  if (writeErrors.length === 0) return undefined;
  if (writeErrors[0]?.code !== DUPLICATE_KEY) throwFault(writeErrors[0]);
  const other = await database.find(database.meta, { _id: "server" }).next();
  return (other as unknown as Lease | null) ?? insert(database, lease);
}

function isOver({ until, host, pid }: Lease, now: number): boolean {
  return until.getTime() < now || (host === hostname() && !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function refusal({ host, pid, since, until }: Lease): StoreUnavailable {
  return new StoreUnavailable(
    `another server has this database (process ${pid} on ${host}, since ${since.toISOString()}), which can serve one only`,
    `Stop it first; if it is gone, wait until ${until.toISOString()}. On a MongoDB any number of servers may run.`,
  );
}
