import { type IndexDescription, MongoServerError } from "mongodb";
import type { Database } from "./database.ts";

/** Only of records that have the field: an index costs those that it does not serve nothing. */
const having = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } });

/** What serves which query. Each further index is one more entry in every write. */
const INDEXES: readonly IndexDescription[] = [
  { key: { kind: 1, created: -1 }, unique: true },
  { key: { kind: 1, state: 1, created: -1 } },
  { key: { kind: 1, application: 1, created: -1 } },
  { key: { allocation: 1, created: -1 }, ...having("allocation") },
  { key: { tags: 1, created: -1 }, ...having("tags") },
  { key: { kind: 1, due: 1, created: 1 }, ...having("due") },
  { key: { kind: 1, finding: 1, since: 1, created: 1 }, ...having("finding") },
  // An empty list has no entry in it: what the feed has told is not looked at again.
  { key: { "untold.stamp": 1 }, sparse: true },
];

/** Makes those that are missing. */
export async function createIndexes({ records }: Database): Promise<void> {
  try {
    await records.createIndexes([...INDEXES]);
  } catch (error) {
    if (!isNotImplemented(error)) throw error;
    await records.createIndexes(INDEXES.map(({ partialFilterExpression, ...index }) => index));
  }
}

/** Databases that speak MongoDB's protocol may have no partial indexes; a whole one serves as well. */
const isNotImplemented = (error: unknown) => error instanceof MongoServerError && error.code === 238;
