import { StoreUnavailable } from "@drett/core";
import type { Database } from "./database.ts";

interface Hello {
  readonly isWritablePrimary: boolean;
  readonly setName?: string;
  readonly msg?: string;
}

const OLDEST = [4, 4] as const;

/** What a server must be, so that drett can keep its promises on it. */
export async function checkServer(database: Database, where: string): Promise<{ isReplicated: boolean }> {
  const { versionArray, version } = (await database.command({ buildInfo: 1 })) as unknown as {
    versionArray: number[];
    version: string;
  };
  const [major = 0, minor = 0] = versionArray;
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new StoreUnavailable(
      `the server at ${where} is MongoDB ${version}, and drett needs ${OLDEST.join(".")} or later`,
      "Upgrade it, or name another one in `host` or `connection_string`.",
    );
  }
  const { isWritablePrimary, setName, msg } = (await database.command({ hello: 1 })) as unknown as Hello;
  if (!isWritablePrimary) {
    throw new StoreUnavailable(
      `the server at ${where} is a read-only member of the replica set ${setName}`,
      "Name the whole replica set in `connection_string`, without directConnection, so that the primary is found.",
    );
  }
  return { isReplicated: setName !== undefined || msg === "isdbgrid" };
}
