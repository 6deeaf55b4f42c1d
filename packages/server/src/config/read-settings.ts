import { nearest, type Setting, type Settings, type Values } from "@drett/core";
import { ConfigRefused } from "./config-refused.ts";
import { formatDuration } from "./duration.ts";
import { parseSetting } from "./parse-setting.ts";
import type { Path, YamlFile } from "./yaml-file.ts";

/** What was said of a setting, and where: `config.yaml:3`, or the variable. */
export interface Said {
  readonly raw: unknown;
  readonly where: string;
}

/** What was said, by the names of the settings. */
export type Sayings = ReadonlyMap<string, Said>;

/** One line of `drett-server config`. */
export interface Shown {
  readonly name: string;
  readonly value: string;
  readonly origin: string;
}

/** Checks what was said, and fills in what was not. */
export function readSettings<S extends Settings>(
  settings: S,
  sayings: Sayings,
  directory: string,
): { values: Values<S>; shown: Shown[] } {
  const values: Record<string, unknown> = {};
  const shown: Shown[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    const said = sayings.get(name) ?? { raw: setting.default, where: "default" };
    const value = said.raw === undefined ? undefined : valueOf(name, setting, said, directory);
    values[name] = value;
    shown.push({ name, value: show(setting, value), origin: said.where });
  }
  return { values: values as Values<S>, shown };
}

function valueOf(name: string, setting: Setting, { raw, where }: Said, directory: string): unknown {
  // A default may be no more than what `raw` would come to: seconds, a list.
  if (where === "default" && setting.type !== "path") return raw;
  const parsed = parseSetting(setting, raw, directory);
  if ("value" in parsed) return parsed.value;
  const is = "secret" in setting ? "is not what it must be" : `is ${JSON.stringify(raw)}`;
  throw new ConfigRefused(`${blame(where, name)} ${is}: use ${parsed.use}`);
}

/** A variable names itself. */
const blame = (where: string, name: string) => (where.startsWith("DRETT_") ? where : `${where}: ${name}`);

function show(setting: Setting, value: unknown): string {
  if (value === undefined) return "";
  if ("secret" in setting) return "(secret)";
  if (setting.type === "duration") return formatDuration(value as number);
  return (value as string | number | boolean | readonly string[]).toString();
}

/** What a mapping in a file says, if it is there. One that is no mapping is refused; so is a key beyond the known. */
export function sayingsOf(file: YamlFile, path: Path, value: unknown, known?: readonly string[]): Sayings {
  const mapping = value ?? {};
  if (typeof mapping !== "object" || Array.isArray(mapping)) {
    const name = path.join(".") || "the file";
    throw new ConfigRefused(`${file.where(path)}: ${name} must be a mapping of names to values`);
  }
  const said = new Map(
    Object.entries(mapping).map(([key, raw]) => [key, { raw, where: file.where([...path, key]) }]),
  );
  if (known) refuseUnknownKeys(said, path, known);
  return said;
}

export function refuseUnknownKeys(said: Sayings, path: Path, known: readonly string[]): void {
  for (const [key, { where }] of said) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    const hint = meant === undefined ? `known here are ${known.join(", ")}` : `did you mean ${meant}?`;
    throw new ConfigRefused(`${where}: ${[...path, key].join(".")} is not a setting; ${hint}`);
  }
}

/** What the environment says: `DRETT_PORT` of `port`. */
export function sayingsInEnvironment(settings: Settings, prefix: string, env: NodeJS.ProcessEnv): Sayings {
  return new Map(
    Object.keys(settings).flatMap((name) => {
      const variable = variableOf(prefix, name);
      const raw = env[variable];
      return raw === undefined ? [] : [[name, { raw, where: variable }] as const];
    }),
  );
}

export const variableOf = (prefix: string, name: string) => `${prefix}_${name.toUpperCase()}`;
