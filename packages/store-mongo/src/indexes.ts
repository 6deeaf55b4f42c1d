import { type IndexDescription, MongoServerError } from "mongodb";
import type { Database } from "./database.ts";

/** Only of records that have the field: an index costs those that it does not serve nothing. */
const having = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/** What serves which query. Each further index is one more entry in every write. */
const INDEXES: readonly IndexDescription[] = [
  { name: "newest", key: { kind: 1, created: -1 }, unique: true },
  { name: "state", key: { kind: 1, state: 1, created: -1 } },
  { name: "application", key: { kind: 1, application: 1, created: -1 } },
  { name: "members", key: { allocation: 1, created: -1 }, ...having("allocation") },
  { name: "tags", key: { tags: 1, created: -1 }, ...having("tags") },
  { name: "due", key: { kind: 1, due: 1, created: 1 }, ...having("due") },
  { name: "finding", key: { kind: 1, finding: 1, since: 1, created: 1 }, ...having("finding") },
  { name: "until", key: { until: 1, created: 1 }, ...having("until") },
  // Read for what a writer left behind, and for what guests brought.
  { name: "marks", key: { "marks.flush": 1 }, sparse: true },
];

/** Makes those that are missing. */
export async function createIndexes(database: Database): Promise<void> {
  const { records } = database;
  const known = await namesOf(database);
  const missing = INDEXES.filter(({ name }) => !known.includes(name));
  if (missing.length === 0) return;
  try {
    await records.createIndexes(missing);
  } catch (error) {
    if (!hasCode(error, NOT_IMPLEMENTED)) throw error;
    await records.createIndexes(missing.map(({ partialFilterExpression, ...index }) => index));
  }
}

async function namesOf({ records }: Database): Promise<readonly (string | undefined)[]> {
  try {
    return (await records.indexes()).map(({ name }) => name);
  } catch (error) {
    if (hasCode(error, NO_SUCH_COLLECTION)) return [];
    throw error;
  }
}

const NO_SUCH_COLLECTION = 26;
/** Databases that speak MongoDB's protocol may have no partial indexes; a whole one serves as well. */
const NOT_IMPLEMENTED = 238;

const hasCode = (error: unknown, code: number) => error instanceof MongoServerError && error.code === code;
