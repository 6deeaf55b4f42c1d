import { rmSync } from "node:fs";
import type { Store } from "@drett/core";
import { openStore as openMongo } from "@drett/store-mongo";
import { openStore as openSqlite } from "@drett/store-sqlite";
import { Mongod } from "../packages/store-mongo/test/support/mongod.ts";
import { noProgram } from "../packages/store-mongo/test/support/program.ts";
import { openStore as openPostgres } from "../packages/store-postgres/src/index.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";
import { freshName } from "./load.ts";
import { dataFolder } from "./subjects.ts";

/** A store with nothing in it yet: how a server is told of it, and how it is filled past any server. It goes at the end. */
export interface Place extends AsyncDisposable {
  readonly settings: Record<string, string>;
  open(): Promise<Store>;
  /** Has the database do what it does by itself, a while after it was filled. */
  settle(): Promise<void>;
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = { sqlite, postgres, mongo };

/** By the name of its store. */
export async function openPlace(store: string): Promise<Place> {
  const open = PLACES[store];
  if (!open) throw new Error(`--store is one of ${Object.keys(PLACES).join(", ")}`);
  return open();
}

/** Room for what the largest store needs; the same for all who are measured. */
export const POSTGRES_SETTINGS = { shared_buffers: "1GB", max_wal_size: "4GB" };

async function sqlite(): Promise<Place> {
  const directory = dataFolder();
  return {
    settings: { DRETT_STORE_DIRECTORY: directory },
    open: () => openSqlite({ directory }),
    settle: nothing,
    [Symbol.asyncDispose]: async () => rmSync(directory, { recursive: true }),
  };
}

async function postgres(): Promise<Place> {
  const [installation] = installations();
  if (!installation) throw new Error(NONE_INSTALLED);
  const settings = POSTGRES_SETTINGS;
  const server = await PostgresServer.start(installation, { settings, parent: dataFolder() });
  const schema = `bench_${freshName()}`;
  return {
    settings: inPostgres(server, schema),
    open: () => openPostgres({ ...server.options, schema }),
    settle: () => settlePostgres(server, schema),
    [Symbol.asyncDispose]: () => server.dispose(),
  };
}

async function mongo(): Promise<Place> {
  if (noProgram !== undefined) throw new Error(noProgram);
  const mongod = await Mongod.start({ parent: dataFolder(), cacheGB: 2 });
  const db = freshName();
  return {
    settings: inMongo(mongod, db),
    open: () => openMongo({ host: "127.0.0.1", port: mongod.port, db }),
    settle: nothing,
    [Symbol.asyncDispose]: () => mongod[Symbol.asyncDispose](),
  };
}

export async function settlePostgres(server: PostgresServer, schema: string): Promise<void> {
  await server.ask(`VACUUM ANALYZE ${schema}.record; `);
  await server.ask("CHECKPOINT");
}

const nothing = async () => {};

export const inPostgres = ({ options }: PostgresServer, schema: string): Record<string, string> => ({
  DRETT_STORE_USE: "postgres",
  DRETT_STORE_HOST: options.host,
  DRETT_STORE_PORT: String(options.port),
  DRETT_STORE_USER: "postgres",
  DRETT_STORE_DATABASE: "postgres",
  DRETT_STORE_SCHEMA: schema,
});

export const inMongo = ({ port }: Mongod, db: string): Record<string, string> => ({
  DRETT_STORE_USE: "mongo",
  DRETT_STORE_HOST: "127.0.0.1",
  DRETT_STORE_PORT: String(port),
  DRETT_STORE_DB: db,
});
