import type { Store } from "@drett/core";
import { readConfig } from "../packages/server/src/config/read-config.ts";
import { startServer } from "../packages/server/src/server.ts";

/** Takes everything and keeps nothing. */
const nothing: Store = {
  name: "nothing",
  load: async () => [],
  commit: async (changes) => changes.map(() => "applied" as const),
  query: async () => ({ records: [] }),
  events: async () => ({ events: [], cursor: "0" }),
  trim: async () => 0,
  close: async () => {},
};

const [directory = ""] = process.argv.slice(2);
const config = await readConfig(directory, process.env);
const server = await startServer({ ...config, openStore: async () => nothing });
process.once("SIGTERM", () => void server.stop().then(() => process.exit(0)));
