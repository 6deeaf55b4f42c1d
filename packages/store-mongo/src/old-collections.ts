import { StoreUnavailable } from "@drett/core";
import { Binary, type Db, ObjectId } from "mongodb";
import type { MongoSettings } from "./settings.ts";
import { targetOf } from "./target.ts";
import { unavailable } from "./trouble.ts";

const SETTINGS = { allocations: "allocation_collection", resources: "resource_collection" } as const;
type Kind = keyof typeof SETTINGS;

/** Opens what a drett 0.1 has recorded. Nothing is ever written there: the role `read` is enough. */
export async function oldCollections(settings: Partial<MongoSettings>) {
  const { client, name, where } = targetOf(settings);
  const database = client.db(name, { readPreference: "primaryPreferred" });
  const collection = (kind: Kind) => database.collection(settings[SETTINGS[kind]] ?? "");
  try {
    await checkCollections(database, settings);
  } catch (error) {
    await client.close();
    throw unavailable(error, where);
  }
  return {
    /** About how many there are. */
    async counts() {
      const count = (kind: Kind) => collection(kind).estimatedDocumentCount();
      return { allocations: await count("allocations"), resources: await count("resources") };
    },

    /** All documents, the oldest first, as the old protocol would write them. */
    async *read(kind: Kind): AsyncGenerator<{ readonly [field: string]: unknown }> {
      const documents = collection(kind).find({}, { sort: { _id: 1 }, useBigInt64: true });
      try {
        for await (const document of documents) yield written(document) as typeof document;
      } catch (error) {
        throw unavailable(error, where);
      }
    },

    close: () => client.close(),
  };
}

async function checkCollections(database: Db, settings: Partial<MongoSettings>): Promise<void> {
  const found = await database.listCollections({}, { nameOnly: true }).toArray();
  const names = found.map((it) => it.name).sort();
  for (const setting of Object.values(SETTINGS)) {
    const name = settings[setting];
    if (name === undefined) {
      throw new StoreUnavailable(`\`${setting}\` is not set`, "Name the old drett's collection in it.");
    }
    if (names.includes(name)) continue;
    throw new StoreUnavailable(
      `the database ${database.databaseName} has no collection ${name}`,
      `Correct \`${setting}\` or \`db\`; it has ${names.join(", ") || "none at all"}.`,
    );
  }
}

/** A value of a document in legacy extended JSON, as far as the old drett's documents go. */
function written(value: unknown): unknown {
  if (value instanceof ObjectId) return { $oid: value.toHexString() };
  if (value instanceof Date) return { $date: value.getTime() };
  if (typeof value === "bigint") return { $numberLong: String(value) };
  if (value instanceof Binary && isUuid(value)) return { $uuid: value.toString("hex") };
  if (Array.isArray(value)) return value.map(written);
  return isPlain(value)
    ? Object.fromEntries(Object.entries(value).map(([key, its]) => [key, written(its)]))
    : value;
}

/** Python's old form and the new one have the same bytes. */
const isUuid = ({ sub_type }: Binary) =>
  sub_type === Binary.SUBTYPE_UUID_OLD || sub_type === Binary.SUBTYPE_UUID;

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !("_bsontype" in value) && !(value instanceof RegExp);
