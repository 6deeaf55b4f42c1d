/** Asks a provider all that there is to ask about one process, and prints the answers. */
import { openProcesses } from "../src/index.ts";

const [scope = "", users, target = ""] = process.argv.slice(2);
const provider = openProcesses({ scope, users: users as "all" | "own", graceSeconds: 0.1 });
const about = JSON.parse(target);
const { signal } = new AbortController();
console.log(
  JSON.stringify({
    sees: await provider.sees(scope, signal),
    look: await provider.look?.(about, signal),
    find: await provider.find?.(about, signal),
    free: await provider.free(about, signal),
  }),
);
