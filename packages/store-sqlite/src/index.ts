import { STORE_API, storePlugin } from "@drett/core";
import { openStore } from "./sqlite-store.ts";

export { openStore, type SqliteOptions } from "./sqlite-store.ts";

export const plugin = storePlugin({
  api: STORE_API,
  settings: {
    directory: {
      type: "path",
      default: ".",
      meaning: "the folder that holds `drett.db`; created where it is missing",
    },
  },
  open: ({ directory }) => openStore({ directory }),
});
