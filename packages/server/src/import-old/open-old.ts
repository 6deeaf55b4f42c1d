import type { StorePlugin } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import { readConfig } from "../config/read-config.ts";
import type { OldCollections } from "./old-collections.ts";

/** What a store can do besides, if the old drett kept its records in the same database. */
interface ReadsOldCollections {
  oldCollections(values: object): Promise<OldCollections>;
}

/** Opens the collections of the old drett whose configuration directory it is. */
export async function openOld(directory: string, env: NodeJS.ProcessEnv): Promise<OldCollections> {
  const { store, file = directory } = await readConfig(directory, env);
  if (!readsOldCollections(store.plugin)) {
    throw new ConfigRefused(
      `${file}: the store ${store.use} has no records of drett 0.1. Name the old directory, whose config.yaml says \`plugin: {module: mongo, …}\`, and the new one with --into`,
    );
  }
  return store.plugin.oldCollections(store.values);
}

const readsOldCollections = (plugin: StorePlugin): plugin is StorePlugin & ReadsOldCollections =>
  "oldCollections" in plugin;
