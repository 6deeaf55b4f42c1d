import { STORE_API, StoreUnavailable, storePlugin } from "@drett/core";
import { openFileStore } from "./file-store.ts";

export { openFileStore } from "./file-store.ts";

/** What the server looks for in a package that `store: {use: …}` names. */
export const plugin = storePlugin({
  api: STORE_API,
  settings: {
    directory: {
      type: "path",
      default: "data",
      meaning: "the folder that holds `journal.ndjson`; created where it is missing",
    },
  },
  async open({ directory }, { role, restored }) {
    if (role === "guest") {
      throw new StoreUnavailable(
        "a file store is for one server alone, and takes no guests",
        "Set `store` to one that several processes may share, such as sqlite.",
      );
    }
    return openFileStore(directory, restored);
  },
});
