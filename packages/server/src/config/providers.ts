import type { ProviderPlugin, Settings, Values } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";
import { refuseBadName } from "./entry-name.ts";
import { loadPlugin } from "./load-plugin.ts";
import type { Config } from "./read-config.ts";
import { readSettings, type Said, sayingsOf } from "./read-settings.ts";
import { readTexts } from "./read-texts.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

/** A provider as it stands in a file, with its plug-in loaded and its settings checked. */
export interface ChosenProvider {
  readonly name: string;
  /** What it frees. */
  readonly types: readonly string[];
  /** Only in these; in every scope where there is none. */
  readonly scopes?: readonly string[];
  /** `providers.yaml:3`, for messages. */
  readonly where: string;
  readonly plugin: ProviderPlugin;
  readonly values: Values<Settings>;
}

/** Reads the providers, where the configuration names their file, and opens none of them. */
export async function readProviders({
  providers,
  shown,
  directory,
}: Config): Promise<readonly ChosenProvider[]> {
  if (providers === undefined) return [];
  const file = readYaml(providers, shown.find(({ name }) => name === "providers")?.origin);
  const top = sayingsOf(file, [], file.value, ["providers"]).get("providers");
  const chosen: ChosenProvider[] = [];
  for (const [name, { raw }] of sayingsOf(file, ["providers"], top?.raw)) {
    const one = await readProvider(file, name, raw, directory);
    refuseBoth(one, chosen);
    chosen.push(one);
  }
  return chosen;
}

const USE = { use: { type: "text", meaning: "" } } as const;

async function readProvider(
  file: YamlFile,
  name: string,
  raw: unknown,
  directory: string,
): Promise<ChosenProvider> {
  const path = ["providers", name];
  const where = file.where(path);
  refuseBadName(name, "provider", where);
  const said = sayingsOf(file, path, raw, ["use", "types", "scopes", "settings"]);
  const needed = (key: string, what: string): Said => {
    const one = said.get(key);
    if (one) return one;
    throw new ConfigRefused(`${where}: ${path.join(".")} has no ${key}: write ${what}`);
  };
  const use = needed("use", "such as `use: process`, a package or a path");
  const types = readTexts("types", needed("types", "what it frees, such as `types: [vm, volume]`"));
  const scopes = said.get("scopes");
  const chosen = readSettings(USE, new Map([["use", use]]), directory).values;
  const plugin = await loadPlugin("provider", chosen.use ?? "", directory, use.where);
  const { settings } = plugin;
  const own = sayingsOf(file, [...path, "settings"], said.get("settings")?.raw, Object.keys(settings));
  const { values } = readSettings(settings, own, directory);
  return { name, where, types, ...(scopes && { scopes: readTexts("scopes", scopes) }), plugin, values };
}

/** Of two that are asked for the same thing, nobody could tell which one's word holds. */
function refuseBoth(one: ChosenProvider, earlier: readonly ChosenProvider[]): void {
  for (const other of earlier) {
    const [type] = shared(one.types, other.types);
    const [scope] = shared(one.scopes, other.scopes);
    if (type === undefined || scope === undefined) continue;
    throw new ConfigRefused(
      `${one.where}: ${one.name} and ${other.name} (${other.where}) both free ${type} in ${scope}: give each its own types or scopes`,
    );
  }
}

/** No list is all there is. */
function shared(one: readonly string[] | undefined, other: readonly string[] | undefined): readonly string[] {
  if (one === undefined || other === undefined) return one ?? other ?? ["every scope"];
  return one.filter((it) => other.includes(it));
}
