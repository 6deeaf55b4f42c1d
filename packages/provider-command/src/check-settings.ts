import { statSync } from "node:fs";
import { splitVariable } from "./environment.ts";
import { OF_SCOPE, OF_SUBJECT, OF_TARGET, unknownIn } from "./placeholders.ts";
import type { CommandSettings } from "./settings.ts";

/** Each program, and what its arguments may name. */
const OPERATIONS = {
  free: OF_TARGET,
  look: OF_TARGET,
  find: OF_SUBJECT,
  list: OF_SCOPE,
  sees: OF_SCOPE,
} as const;
export type Operation = keyof typeof OPERATIONS;

/** Throws where the settings contradict each other, or say what nobody could carry out. */
export function checkSettings(settings: CommandSettings): void {
  if (settings.free === undefined) throw new Error("free: is missing; name a program and its arguments");
  for (const [operation, known] of Object.entries(OPERATIONS))
    checkProgram(operation, settings[operation as Operation], known);
  checkTexts(settings);
  checkVariables(settings);
  checkPairs(settings);
  if (!isFolder(settings.directory)) throw new Error(`directory: there is no folder ${settings.directory}`);
}

function checkProgram(
  operation: string,
  words: readonly string[] | undefined,
  known: readonly string[],
): void {
  if (words === undefined) return;
  const [program, ...args] = words;
  if (program === undefined) throw new Error(`${operation}: names no program`);
  // A record never chooses what runs.
  checkPlaceholders(operation, [program], []);
  checkPlaceholders(operation, args, known);
}

function checkPlaceholders(setting: string, texts: readonly string[], known: readonly string[]): void {
  for (const text of texts) {
    const unknown = unknownIn(text, known);
    if (unknown !== undefined)
      throw new Error(`${setting}: {${unknown}} has no meaning in ${JSON.stringify(text)}; ${hint(known)}`);
  }
}

const hint = (known: readonly string[]) =>
  known.length === 0
    ? "a program is named as it is"
    : `there are ${known.map((name) => `{${name.endsWith(".") ? `${name}KEY` : name}}`).join(", ")}`;

function checkTexts(settings: CommandSettings): void {
  for (const name of ["gone_when", "denied_when", "later_when", "present_lines", "gone_lines"] as const) {
    const texts = settings[name] ?? [];
    // It would be found in everything.
    if (texts.some((text) => text.trim() === "")) throw new Error(`${name}: holds an empty text`);
    checkPlaceholders(name, texts, OF_TARGET);
  }
}

function checkVariables({ environment, pass_environment, account }: CommandSettings): void {
  for (const entry of environment) {
    if (!/^[A-Za-z_]\w*=/.test(entry))
      throw new Error("environment: each entry is NAME=value, and one of them is not");
  }
  const names = environment.map((entry) => splitVariable(entry)[0]);
  checkNames("environment", names);
  checkNames("pass_environment", pass_environment);
  // `sees` proves something of the others only if all run with the same variables.
  checkPlaceholders(
    "environment",
    environment.map((entry) => splitVariable(entry)[1]),
    OF_SCOPE,
  );
  checkPlaceholders("account", account === undefined ? [] : [account], OF_SCOPE);
}

function checkNames(setting: string, names: readonly string[]): void {
  for (const name of names) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new Error(`${setting}: ${JSON.stringify(name)} is no name of a variable`);
    if (/^DRETT_/i.test(name))
      throw new Error(`${setting}: ${name} is drett's own; its secrets are for no program`);
  }
}

function checkPairs(settings: CommandSettings): void {
  const { find, findable, look, sees, account } = settings;
  if (findable === "no" && find !== undefined)
    throw new Error("findable: is no, and find names a program; remove one of them");
  if (findable !== undefined && findable !== "no" && find === undefined)
    throw new Error(`findable: is ${findable}, and find names no program`);
  if (account !== undefined && sees === undefined)
    throw new Error("account: says what `sees` must print, and sees names no program");
  const { present_lines, gone_lines, gone_if_empty } = settings;
  if (look === undefined && (present_lines !== undefined || gone_lines !== undefined || gone_if_empty))
    throw new Error("look: names no program, and present_lines, gone_lines or gone_if_empty are about it");
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
