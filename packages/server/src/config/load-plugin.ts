import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { STORE_API, type StorePlugin } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";

/** Imports the store that a configuration names: a path against its directory, a package, or a name of ours. */
export async function loadPlugin(use: string, directory: string, where: string): Promise<StorePlugin> {
  const refused = (reason: string) => new ConfigRefused(`${where}: store ${use}: ${reason}`);
  const found = candidates(use)
    .map((name) => locate(name, directory))
    .find((url) => url !== undefined);
  if (found === undefined) throw refused(isPath(use) ? `there is nothing at this path` : notInstalled(use));
  const module = await importFrom(found, refused);
  const plugin = module.plugin as StorePlugin | undefined;
  if (typeof plugin?.open !== "function" || typeof plugin.settings !== "object")
    throw refused(`${found} exports no \`plugin\`; docs/writing-a-store.md says what that is`);
  if (plugin.api !== STORE_API) throw refused(otherVersion(plugin.api));
  return plugin;
}

const isPath = (use: string) => /^(\.{0,2}\/|[A-Za-z]:[\\/])/.test(use);
const isPlainName = (use: string) => /^[a-z0-9][a-z0-9-]*$/.test(use);

/** `mongo` is `@drett/store-mongo`, or else a package of somebody else that is called so. */
const candidates = (use: string) => (isPlainName(use) ? [`@drett/store-${use}`, use] : [use]);

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

const notInstalled = (use: string) =>
  `this package is not installed: npm install ${candidates(use)[0]}  (here, or in the directory of the configuration)`;

const otherVersion = (api: unknown) =>
  `it is written for version ${String(api)} of the plug-in interface, and this drett has version ${STORE_API}: install a version of it that fits`;
