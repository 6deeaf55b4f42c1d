import type { Database } from "../many/database.ts";

/** The embedded store of one server: what happens to it happens to the server. */
export const startSqlite = async (): Promise<Database> => ({
  name: "SQLite",
  // Nobody goes there.
  address: { host: "127.0.0.1", port: 9 },
  inCommits: "",
  fresh: async () => "drett",
  configuration: () => ({ "config.yaml": "store: {use: sqlite}\n" }),
  halt: async () => {},
  resume: async () => {},
  [Symbol.asyncDispose]: async () => {},
});
