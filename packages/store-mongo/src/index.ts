import { STORE_API, storePlugin } from "@drett/core";
import { openStore } from "./mongo-store.ts";
import { oldCollections } from "./old-collections.ts";
import { SETTINGS } from "./settings.ts";

export { openStore } from "./mongo-store.ts";
export type { MongoSettings } from "./settings.ts";

/** It can also tell what a drett 0.1 has recorded in the same database. */
export const plugin = {
  ...storePlugin({ api: STORE_API, settings: SETTINGS, open: openStore }),
  oldCollections,
};
