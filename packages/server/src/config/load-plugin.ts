import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { PROVIDER_API, type ProviderPlugin, STORE_API, type StorePlugin } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";

/** What a configuration can name: the version of its seam, and where it is told how one is written. */
const KINDS = {
  store: { api: STORE_API, told: "docs/writing-a-store.md" },
  provider: { api: PROVIDER_API, told: "docs/policies.md" },
} as const;

type Kind = keyof typeof KINDS;

interface Plugins {
  readonly store: StorePlugin;
  readonly provider: ProviderPlugin;
}

/** Imports the plug-in that a configuration names: a path against its directory, a package, or a name of ours. */
export async function loadPlugin<K extends Kind>(
  kind: K,
  use: string,
  directory: string,
  where: string,
): Promise<Plugins[K]> {
  const refused = (reason: string) => new ConfigRefused(`${where}: ${kind} ${use}: ${reason}`);
  const found = candidates(kind, use)
    .map((name) => locate(name, directory))
    .find((url) => url !== undefined);
  if (found === undefined)
    throw refused(isPath(use) ? `there is nothing at this path` : notInstalled(kind, use));
  const module = await importFrom(found, refused);
  const plugin = module.plugin as (StorePlugin & { kind?: undefined }) | ProviderPlugin | undefined;
  const { api, told } = KINDS[kind];
  if (typeof plugin?.open !== "function" || typeof plugin.settings !== "object")
    throw refused(`${found} exports no \`plugin\`; ${told} says what that is`);
  // A store says nothing of its kind: it was the only one there was.
  const its = plugin.kind ?? "store";
  if (its !== kind) throw refused(`this is a ${its}, and a ${kind} is wanted here`);
  if (plugin.api !== api) throw refused(otherVersion(plugin.api, api));
  return plugin as Plugins[K];
}

const isPath = (use: string) => /^(\.{0,2}\/|[A-Za-z]:[\\/])/.test(use);
const isPlainName = (use: string) => /^[a-z0-9][a-z0-9-]*$/.test(use);

/** `mongo` is `@drett/store-mongo`, or else a package of somebody else that is called so. */
const candidates = (kind: Kind, use: string) => (isPlainName(use) ? [`@drett/${kind}-${use}`, use] : [use]);

/** Looked for beside the server, then beside the configuration. */
function locate(name: string, directory: string): string | undefined {
  const besideServer = isPath(name) ? undefined : attempt(() => import.meta.resolve(name));
  return besideServer ?? attempt(() => resolveFrom(directory, name));
}

const resolveFrom = (directory: string, name: string) =>
  pathToFileURL(createRequire(resolve(directory, "config.yaml")).resolve(name)).href;

function attempt(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

async function importFrom(
  url: string,
  refused: (reason: string) => ConfigRefused,
): Promise<{ plugin?: unknown }> {
  try {
    return await import(url);
  } catch (error) {
    const { message } = error as Error;
    const [, missing] = /^Cannot find package '([^']+)'/.exec(message) ?? [];
    throw refused(
      missing === undefined ? message : `it needs a package that is missing: npm install ${missing}`,
    );
  }
}

const notInstalled = (kind: Kind, use: string) =>
  `this package is not installed: npm install ${candidates(kind, use)[0]}  (here, or in the directory of the configuration)`;

const otherVersion = (its: unknown, ours: number) =>
  `it is written for version ${String(its)} of the plug-in interface, and this drett has version ${ours}: install a version of it that fits`;
