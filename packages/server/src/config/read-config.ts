import { existsSync } from "node:fs";
import { join } from "node:path";
import { nearest, type Opening, type Settings, type Store, type StorePlugin, type Values } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";
import { refuseToBeReached } from "./exposure.ts";
import { loadPlugin } from "./load-plugin.ts";
import { OLD_KEYS, readOldKeys } from "./old-keys.ts";
import {
  readSettings,
  refuseUnknownKeys,
  type Sayings,
  type Shown,
  sayingsInEnvironment,
  sayingsOf,
  variableOf,
} from "./read-settings.ts";
import { SERVER, STORE } from "./settings.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

export interface Config extends Values<typeof SERVER> {
  /** Where the configuration is; relative names are against it. */
  readonly directory: string;
  /** `config.yaml` in it, where there is one. */
  readonly file: string | undefined;
  readonly store: ChosenStore;
  readonly openStore: (opening: Opening) => Promise<Store>;
  /** What has no effect any more, and what is so instead. */
  readonly warnings: readonly string[];
  /** Every value, and where it came from. */
  readonly shown: readonly Shown[];
}

interface ChosenStore {
  /** As it is named. */
  readonly use: string;
  readonly plugin: StorePlugin;
  readonly values: Values<Settings>;
}

/** Reads `config.yaml` in the directory, where there is one, and what it names; the environment goes over files. */
export async function readConfig(directory: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const path = join(directory, "config.yaml");
  const file = existsSync(path) ? path : undefined;
  const said = file === undefined ? NOTHING_SAID : readMain(readYaml(file));
  const server = readSettings(
    SERVER,
    over(said.server, sayingsInEnvironment(SERVER, "DRETT", env)),
    directory,
  );
  const store = await readStore(said.store, env, directory);
  refuseUnknownVariables(env, store.settings);
  refuseToBeReached(server.values, server.shown, directory);
  return {
    ...server.values,
    hosts: server.values.hosts.map((name) => name.toLowerCase()),
    directory,
    file,
    store: store.chosen,
    openStore: (opening) => store.chosen.plugin.open(store.chosen.values, opening),
    warnings: said.warnings,
    shown: [...server.shown, ...store.shown],
  };
}

const NOTHING: Sayings = new Map();
const over = (files: Sayings, environment: Sayings): Sayings => new Map([...files, ...environment]);

interface Main {
  readonly server: Sayings;
  readonly store: Sayings;
  readonly warnings: readonly string[];
}

const NOTHING_SAID: Main = { server: NOTHING, store: NOTHING, warnings: [] };

function readMain(file: YamlFile): Main {
  const top = sayingsOf(file, [], file.value, [...Object.keys(SERVER), "store", ...OLD_KEYS]);
  const old = readOldKeys(file, top);
  const server = pick(top, Object.keys(SERVER));
  const store = sayingsOf(file, ["store"], top.get("store")?.raw);
  return { server: together(server, old.server), store: together(store, old.store), warnings: old.warnings };
}

const pick = (said: Sayings, names: readonly string[]): Sayings =>
  new Map([...said].filter(([name]) => names.includes(name)));

function together(one: Sayings, other: Sayings): Sayings {
  for (const [name, { where }] of other) {
    const twice = one.get(name);
    if (twice)
      throw new ConfigRefused(`${where}: ${name} is said at ${twice.where} already: keep one of the two`);
  }
  return new Map([...one, ...other]);
}

/** The settings of a store are known once it is loaded; they stand in its file, or beside its name. */
async function readStore(said: Sayings, env: NodeJS.ProcessEnv, directory: string) {
  const choice = over(pick(said, Object.keys(STORE)), sayingsInEnvironment(STORE, "DRETT_STORE", env));
  const { values, shown } = readSettings(STORE, choice, directory);
  const originOf = (name: string) => shown.find((it) => it.name === name)?.origin ?? "";
  const plugin = await loadPlugin("store", values.use, directory, originOf("use"));
  const { settings } = plugin;

  refuseUnknownKeys(said, ["store"], [...Object.keys(STORE), ...Object.keys(settings)]);
  const inFile =
    values.config === undefined ? NOTHING : readStoreFile(values.config, originOf("config"), settings);
  const inFiles = together(pick(said, Object.keys(settings)), inFile);
  const own = readSettings(
    settings,
    over(inFiles, sayingsInEnvironment(settings, "DRETT_STORE", env)),
    directory,
  );
  return {
    settings,
    shown: [...shown, ...own.shown].map((it) => ({ ...it, name: `store.${it.name}` })),
    chosen: { use: values.use, plugin, values: own.values },
  };
}

function readStoreFile(path: string, where: string, settings: Settings): Sayings {
  const file = readYaml(path, where);
  return sayingsOf(file, [], file.value, Object.keys(settings));
}

/** Of the client, which may live in the same environment. */
const CLIENT_VARIABLES =
  /^DRETT_(URL|API_KEY|APPLICATION|MODULE|OWNER|TEST_.*|BENCH_.*|CRASH_.*|MANY_.*|CAMPAIGN_.*)$/;

function refuseUnknownVariables(env: NodeJS.ProcessEnv, ofStore: Settings): void {
  const known = [
    ...Object.keys(SERVER).map((name) => variableOf("DRETT", name)),
    ...Object.keys({ ...STORE, ...ofStore }).map((name) => variableOf("DRETT_STORE", name)),
  ];
  for (const name of Object.keys(env)) {
    if (!name.startsWith("DRETT_") || known.includes(name) || CLIENT_VARIABLES.test(name)) continue;
    const meant = nearest(name, known);
    const hint = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
    throw new ConfigRefused(`${name} is not a setting; ${hint}`);
  }
}
