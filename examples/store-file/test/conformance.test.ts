import { rm } from "node:fs/promises";
import { testStore } from "@drett/conformance";
import { openFileStore } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

testStore(
  "file",
  async () => {
    const directory = await freshFolder();
    const reopen = (restored = false) => openFileStore(directory, restored);
    return { store: await reopen(), reopen, dispose: () => rm(directory, { recursive: true }) };
  },
  {
    deviations: [
      { test: "sharing", reason: "each server has the records in its own memory: a second one is refused" },
    ],
  },
);
