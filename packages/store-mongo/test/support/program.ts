import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../../../.cache/mongod/", import.meta.url));

/** A name that the compiler does not follow: whoever has this package installed can use it, nobody needs it. */
const MEMORY_SERVER = "mongodb-memory-server-core";

/** The MongoDB server to start in tests: the one on the path, the one that was fetched, or mongodb-memory-server's. */
export const program: string | undefined = onPath() ?? fetched() ?? (await ofMemoryServer());

const HOW = `put it on the path, or let \`npm run mongod\` fetch one for tests, or install ${MEMORY_SERVER}`;

/** Why no MongoDB server can be started here, and how to get one; nothing where one can. */
export const noProgram: string | undefined = program === undefined ? `mongod is missing: ${HOW}` : undefined;

/** A MongoDB that is there already: tests that neither end it nor change how it runs take it, in databases of their own. */
export const givenUrl: string | undefined = process.env.DRETT_TEST_MONGODB_URL || undefined;

/** Why there is no MongoDB at all for those tests, neither a given one nor one to start; nothing where there is. */
export const noServer: string | undefined =
  givenUrl === undefined && program === undefined
    ? `there is no MongoDB: set DRETT_TEST_MONGODB_URL to one; or else, for mongod, ${HOW}`
    : undefined;

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
