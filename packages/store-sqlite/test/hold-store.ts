import { openStore } from "../src/index.ts";

/** A process that has a store open and is killed with it. */
const [directory = ""] = process.argv.slice(2);
await openStore({ directory });
process.send?.("open");
