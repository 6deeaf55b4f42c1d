/**
 * A server that can be told to die at a named point: the same parts as `drett-server`, over a store that kills
 * its own process beside a commit. Over IPC it is told where; it dies at the next commit that holds a new fact.
 */
import type { Store } from "@drett/core";
import { readConfig } from "../../packages/server/src/config/read-config.ts";
import { startServer } from "../../packages/server/src/server.ts";

export type Point = "before-commit" | "after-commit";

let point: Point | undefined;

function dyingAtPoint(store: Store): Store {
  return {
    name: store.name,
    load: (keys) => store.load(keys),
    query: (query) => store.query(query),
    events: (after, limit) => store.events(after, limit),
    trim: (upTo) => store.trim(upTo),
    close: () => store.close(),
    async commit(changes) {
      const isNews = changes.some(({ from, to }) => to > from);
      if (isNews && point === "before-commit") die();
      const outcomes = await store.commit(changes);
      if (isNews && point === "after-commit") die();
      return outcomes;
    },
  };
}

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

process.on("message", (named) => (point = named as Point));
process.on("disconnect", die);
const [directory = ""] = process.argv.slice(2);
const config = await readConfig(directory, process.env);
const { url } = await startServer({
  ...config,
  openStore: async (opening) => dyingAtPoint(await config.openStore(opening)),
});
console.log(url);
