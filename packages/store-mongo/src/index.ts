import { STORE_API, storePlugin } from "@drett/core";
import { openStore } from "./mongo-store.ts";
import { SETTINGS } from "./settings.ts";

export { openStore } from "./mongo-store.ts";
export type { MongoSettings } from "./settings.ts";

export const plugin = storePlugin({ api: STORE_API, settings: SETTINGS, open: openStore });
