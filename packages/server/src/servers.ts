import { forgetServer, serversOn } from "@drett/core";
import type { Config } from "./config/read-config.ts";

/** No such server; the message says what to do. */
export class ServersRefused extends Error {
  override readonly name = "ServersRefused";
}

/** `drett-server servers`: who shares the store, and an end to waiting for one of them. Returns what to print. */
export async function runServers(
  config: Config,
  { forget, json = false }: { forget?: string; json?: boolean },
  warn: (message: string) => void,
): Promise<string> {
  const store = await config.openStore({ role: "guest", warn });
  try {
    if (forget !== undefined && !(await forgetServer(store, forget))) {
      throw new ServersRefused(
        `${forget} was not forgotten: no such server is known, or it has just written; list them without --forget`,
      );
    }
    const servers = await serversOn(store);
    if (json)
      return JSON.stringify(
        servers.map(({ name, wrote }) => ({ name, wrote: time(wrote) })),
        null,
        2,
      );
    if (servers.length === 0) return "no server on this store hears sessions";
    return servers.map(({ name, wrote }) => `${name}  wrote last at ${time(wrote)}, by its clock`).join("\n");
  } finally {
    await store.close();
  }
}

const time = (at: number) => new Date(at).toISOString();
