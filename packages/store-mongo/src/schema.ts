import { randomBytes } from "node:crypto";
import { StoreUnavailable } from "@drett/core";
import { type Database, DUPLICATE_KEY, throwFault } from "./database.ts";
import { createIndexes } from "./indexes.ts";

/** What this drett writes. One more whenever an older one could not read it, or would miss an index. */
const SCHEMA = 2;

export interface Schema {
  /** Tells the cursors of this store from those of any other. */
  readonly epoch: string;
  /** Whether its conditional writes are atomic, as a server has found. */
  readonly atomic: boolean;
}

/** Brings the schema up to date; what is there already is left as it is, also when several servers start at once. */
export async function migrate(
  database: Database,
  isAtomic: () => Promise<boolean>,
  restored = false,
): Promise<Schema> {
  const known = await readSchema(database);
  const epoch = randomBytes(4).toString("hex");
  if (!known) await insertOnce(database, { _id: "schema", version: SCHEMA, epoch });
  await insertOnce(database, { _id: "probe", said: "" });
  await createIndexes(database);
  const atomic = await isAtomic();
  const news = { version: SCHEMA, atomic, ...(restored && { epoch }) };
  await database.update(database.meta, [{ q: { _id: "schema" }, u: { $set: news } }]);
  const schema = await readSchema(database);
  if (!schema) throw new Error("the schema was removed while the store was being opened");
  return { ...schema, atomic };
}

/** For a process that serves one request: it changes nothing, and goes on only where a server has set all up. */
export async function checkSchema(database: Database): Promise<Schema> {
  const schema = await readSchema(database);
  if (!schema) {
    throw new StoreUnavailable(
      `the database ${database.db.databaseName} holds no drett yet`,
      "Start drett-server on it once: it sets up what is needed; or check `db` and `prefix`.",
    );
  }
  if (!schema.atomic) {
    throw new StoreUnavailable(
      "this database cannot keep two processes from writing over one another, so that one server alone may use it",
      "Send the request to that server, or use a MongoDB.",
    );
  }
  return schema;
}

async function readSchema(database: Database): Promise<Schema | undefined> {
  const found = await database.find(database.meta, { _id: "schema" }).next();
  if (!found) return undefined;
  const { version, epoch, atomic } = found as unknown as Schema & { version: number };
  if (version <= SCHEMA) return { epoch, atomic };
  throw new StoreUnavailable(
    `the store has schema ${version}, this drett knows schemas up to ${SCHEMA}`,
    "Start the newer drett that wrote it, or restore a backup made before the upgrade.",
  );
}

async function insertOnce(
  database: Database,
  document: { _id: string; [field: string]: string | number },
): Promise<void> {
  const { writeErrors = [], writeConcernError } = await database.insert(database.meta, [document]);
  throwFault(writeConcernError ?? writeErrors.find(({ code }) => code !== DUPLICATE_KEY));
}
