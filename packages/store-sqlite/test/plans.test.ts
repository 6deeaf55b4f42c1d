import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import type { Query } from "@drett/core";
import { Connection } from "../src/connection.ts";
import { openStore } from "../src/index.ts";
import { query } from "../src/reading.ts";
import { freshFolder } from "./folder.ts";

/** What SQLite says it would do for the query. */
async function planOf(asked: Query): Promise<string> {
  using folder = freshFolder();
  await (await openStore({ directory: folder.path })).close();
  const file = join(folder.path, "drett.db");
  const statements: string[] = [];
  const connection = new Connection(file, { cacheKiB: 64, role: "reader" });
  const { statement } = connection;
  connection.statement = (sql) => {
    statements.push(sql);
    return statement.call(connection, sql);
  };
  query(connection, asked, undefined);
  connection.close();
  using db = new DatabaseSync(file);
  const [sql = ""] = statements;
  const values = Array.from({ length: sql.split("?").length - 1 }, () => 1);
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail)
    .join("; ");
}

describe("the plan of a query", () => {
  const plans: readonly [name: string, asked: Query, plan: RegExp][] = [
    [
      "what is due",
      { kind: "resource", order: "due", dueBy: 1, limit: 10 },
      /SEARCH record USING INDEX record_due/,
    ],
    ["findings", { order: "finding", limit: 10 }, /SEARCH record USING INDEX record_finding/],
    [
      "findings of an application",
      { order: "finding", where: { application: "a" }, limit: 10 },
      /SEARCH record USING INDEX record_finding/,
    ],
    [
      "members",
      { kind: "resource", order: "newest", where: { allocation: "a" }, limit: 10 },
      /SEARCH record USING INDEX record_allocation/,
    ],
    [
      "a state",
      { kind: "resource", order: "newest", where: { state: "unknown" }, limit: 10 },
      /SEARCH record USING INDEX record_state/,
    ],
    [
      "an application",
      { kind: "resource", order: "newest", where: { application: "a" }, limit: 10 },
      /SEARCH record USING INDEX record_application/,
    ],
    [
      "a tag",
      { kind: "resource", order: "newest", tags: ["t"], limit: 10 },
      /SEARCH record USING INTEGER PRIMARY KEY.*SEARCH tag USING PRIMARY KEY/,
    ],
  ];
  for (const [name, asked, plan] of plans) {
    it(`serves ${name} from an index`, async () => {
      assert.match(await planOf(asked), plan);
    });
  }
});
