import { STORE_API, storePlugin } from "@drett/core";
import { openGuest, openStore } from "./open-store.ts";

export { openGuest, openStore, type SqliteOptions } from "./open-store.ts";

export const plugin = storePlugin({
  api: STORE_API,
  settings: {
    directory: {
      type: "path",
      default: ".",
      meaning: "the folder that holds `drett.db`; created where it is missing",
    },
  },
  open: (settings, opening) =>
    opening.role === "guest" ? openGuest(settings) : openStore(settings, opening),
});
