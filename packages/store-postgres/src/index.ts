import { STORE_API, storePlugin } from "@drett/core";
import { openStore } from "./open-store.ts";
import { SETTINGS } from "./settings.ts";

export { openStore, type PostgresOptions } from "./open-store.ts";

export const plugin = storePlugin({
  api: STORE_API,
  settings: SETTINGS,
  open: (settings, opening) => openStore(settings, opening),
});
