import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../../../.cache/mongod/", import.meta.url));

/** A name that the compiler does not follow: whoever has this package installed can use it, nobody needs it. */
const MEMORY_SERVER = "mongodb-memory-server-core";

/** The MongoDB server to start in tests: the one on the path, the one that was fetched, or mongodb-memory-server's. */
export const program: string | undefined = onPath() ?? fetched() ?? (await ofMemoryServer());

/** Why no MongoDB server can be started here, and how to get one; nothing where one can. */
export const noProgram: string | undefined =
  program === undefined ? "mongod is missing: `npm run mongod` fetches one for tests" : undefined;

function onPath(): string | undefined {
  return spawnSync("mongod", ["--version"]).status === 0 ? "mongod" : undefined;
}

function fetched(): string | undefined {
  return globSync(`${CACHE}mongod-*`).at(0);
}

async function ofMemoryServer(): Promise<string | undefined> {
  try {
    const { MongoBinary } = (await import(MEMORY_SERVER)) as {
      MongoBinary: { getPath(): Promise<string> };
    };
    return await MongoBinary.getPath();
  } catch {
    return undefined;
  }
}
