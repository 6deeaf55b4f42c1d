import { testStore } from "@drett/conformance";
import { openStore } from "../src/index.ts";
import { freshFolder } from "./folder.ts";

testStore(
  "sqlite",
  async () => {
    const folder = freshFolder();
    const open = () => openStore({ directory: folder.path });
    return { store: await open(), reopen: open, dispose: () => folder[Symbol.dispose]() };
  },
  {
    deviations: [
      { test: "sharing", reason: "one server at a time writes a SQLite store; a second one is refused" },
    ],
  },
);
