import { StoreUnavailable } from "@drett/core";
import { type ClientBase, type ClientConfig, DatabaseError, Pool, type PoolClient } from "pg";
import type { Row } from "./rows.ts";
import type { Target } from "./target.ts";
import { unavailable } from "./trouble.ts";

/** One round trip. A statement with a name is prepared once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface ConnectionsOptions {
  readonly target: Target;
  readonly most: number;
  readonly connectMs: number;
  readonly statementMs: number;
  /** Whether statements may be prepared: not behind a pooler, where each may reach another server process. */
  readonly prepares: boolean;
  /** Sees each connection first; one for which it rejects is not used. */
  readonly onConnect: (client: ClientBase) => Promise<void>;
}

/** The answer, or what went wrong and whether the connection went with it. */
type Attempt = { readonly rows: readonly Row[] } | { readonly failed: unknown; readonly lost: boolean };

/** What the database makes of a statement of ours; ten percent later nobody waits for it any more. */
const PATIENCE = 1.1;
/** Unused for so long, a connection is given back. */
const IDLE_MS = 300_000;

/** As the driver wants it. Texts come as they are: what they stand for, each reader knows. */
export function clientConfig(target: Target, connectMs: number): ClientConfig {
  const { host, port, database, user, password, tls } = target;
  return {
    host,
    port,
    database,
    user,
    // As a function: an empty text would let the driver look for one in the environment.
    password: () => password,
    ssl: tls,
    application_name: "drett",
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    types: { getTypeParser: () => (text: string) => text },
  };
}

/** Some connections to the database, made when they are needed and again after they were lost. */
export class Connections {
  readonly #pool: Pool;
  readonly #prepares: boolean;
  readonly #running = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor({ target, most, connectMs, statementMs, prepares, onConnect }: ConnectionsOptions) {
    this.#prepares = prepares;
    this.#pool = new Pool({
      ...clientConfig(target, connectMs),
      max: most,
      idleTimeoutMillis: IDLE_MS,
      query_timeout: statementMs * PATIENCE,
      verify: (client, done) => {
        // What breaks a connection is told to the statement that it breaks too.
        client.on("error", () => {});
        onConnect(client).then(() => done(), done);
      },
    });
    // A connection that dies while nobody uses it is no trouble yet: the next call makes another.
    this.#pool.on("error", () => {});
  }

  /** Reads: once more where the connection turns out to be dead. */
  async read(statement: Statement): Promise<readonly Row[]> {
    const first = await this.attempt(statement);
    if (!("failed" in first)) return first.rows;
    if (!first.lost || isTimeout(first.failed)) throw unavailable(first.failed);
    const second = await this.attempt(statement);
    if ("failed" in second) throw unavailable(second.failed);
    return second.rows;
  }

  /** Rejects where the statement was not even sent. */
  async attempt(statement: Statement): Promise<Attempt> {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
    const running = this.#attempt(statement);
    this.#running.add(running);
    const done = () => this.#running.delete(running);
    running.then(done, done);
    return await running;
  }

  /** Waits for what is under way. Afterwards every call rejects. */
  close(): Promise<void> {
    this.#closed ??= Promise.allSettled(this.#running).then(() => this.#pool.end());
    return this.#closed;
  }

  async #attempt(statement: Statement): Promise<Attempt> {
    const client = await this.#connect();
    let lost = false;
    try {
      return { rows: await ask(client, this.#prepares ? statement : { ...statement, name: undefined }) };
    } catch (failed) {
      lost = !(failed instanceof DatabaseError && (await isAlive(client)));
      return { failed, lost };
    } finally {
      client.release(lost);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (isBusy(error)) {
        throw new StoreUnavailable(
          `all ${this.#pool.options.max} connections are in use`,
          "Raise `connections`, or see pg_stat_activity for what they do.",
          { cause: error },
        );
      }
      throw unavailable(error);
    }
  }
}

/** Asks on this one connection, without preparing anything. */
export const askOn =
  (client: ClientBase) =>
  (text: string): Promise<readonly Row[]> =>
    ask(client, { text });

async function ask(client: ClientBase, { name, text, values }: Statement): Promise<readonly Row[]> {
  const query = { text, rowMode: "array", ...(name && { name }), ...(values && { values: [...values] }) };
  return (await client.query(query as { text: string; rowMode: "array" })).rows as readonly Row[];
}

/** An error that the connection outlives has undone its statement; one that ends it may have come after the commit. */
async function isAlive(client: ClientBase): Promise<boolean> {
  try {
    await client.query("");
    return true;
  } catch {
    return false;
  }
}

const isTimeout = (error: unknown) => (error as Error).message === "Query read timeout";
const isBusy = (error: unknown) => (error as Error).message === "timeout exceeded when trying to connect";
