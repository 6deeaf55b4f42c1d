import { nearest } from "@drett/core";

export interface Config {
  /** Holds the store's own file. */
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
  readonly logLevel: string;
  readonly sweepMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly stopMs: number;
}

/** A setting that cannot be used; the message says which, and what to do. */
export class ConfigRefused extends Error {
  override readonly name = "ConfigRefused";
}

/** Every setting: its variable, what holds where it is not set, and what it means. `docs/configuration.md` is held against it. */
export const SETTINGS = {
  DRETT_HOST: ["127.0.0.1", "the address to listen on; loopback only, until there are API keys"],
  DRETT_PORT: ["5001", "the port to listen on; 0: any free one"],
  DRETT_HOSTS: ["", "further names under which it may be called, separated by commas"],
  DRETT_LOG_LEVEL: ["info", "trace, debug, info, warn, error or silent"],
  DRETT_SWEEP_SECONDS: ["5", "how often to look for what is due"],
  DRETT_REQUEST_SECONDS: ["30", "how long a request may take to arrive"],
  DRETT_IDLE_SECONDS: ["65", "how long a connection may idle"],
  DRETT_STOP_SECONDS: ["10", "how long a clean stop may take"],
} as const satisfies Record<string, readonly [fallback: string, meaning: string]>;

type Setting = keyof typeof SETTINGS;

/** Of the client, which may live in the same environment. */
const CLIENT_VARIABLES = /^DRETT_(URL|API_KEY|APPLICATION|MODULE|OWNER|TEST_.*|BENCH_.*|CRASH_.*)$/;
const LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): Config {
  refuseUnknown(env);
  const [directory = "./drett-data", ...others] = args;
  if (others.length > 0 || directory.startsWith("-")) {
    throw new ConfigRefused(
      "usage: drett-server [DIRECTORY]  (the directory holds the data; ./drett-data if none is named)",
    );
  }
  const text = (name: Setting) => env[name] ?? SETTINGS[name][0];
  const host = text("DRETT_HOST");
  if (!LOOPBACK.test(host)) {
    throw new ConfigRefused(
      `DRETT_HOST is ${host}, which others can reach, and there are no API keys to keep them out: use 127.0.0.1`,
    );
  }
  const logLevel = text("DRETT_LOG_LEVEL");
  if (!LEVELS.includes(logLevel))
    throw new ConfigRefused(`DRETT_LOG_LEVEL is ${logLevel}: use one of ${LEVELS.join(", ")}`);
  const number = (name: Setting, limit: number) => readNumber(name, text(name), limit);
  return {
    directory,
    host,
    port: number("DRETT_PORT", 65_535),
    hosts: text("DRETT_HOSTS")
      .toLowerCase()
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    logLevel,
    sweepMs: 1_000 * atLeastOne("DRETT_SWEEP_SECONDS", number("DRETT_SWEEP_SECONDS", 3_600)),
    requestMs: 1_000 * atLeastOne("DRETT_REQUEST_SECONDS", number("DRETT_REQUEST_SECONDS", 3_600)),
    idleMs: 1_000 * atLeastOne("DRETT_IDLE_SECONDS", number("DRETT_IDLE_SECONDS", 3_600)),
    stopMs: 1_000 * atLeastOne("DRETT_STOP_SECONDS", number("DRETT_STOP_SECONDS", 3_600)),
  };
}

function refuseUnknown(env: NodeJS.ProcessEnv): void {
  const known = Object.keys(SETTINGS);
  for (const name of Object.keys(env)) {
    if (!name.startsWith("DRETT_") || known.includes(name) || CLIENT_VARIABLES.test(name)) continue;
    const meant = nearest(name, known);
    throw new ConfigRefused(
      `${name} is not a setting; ${meant ? `did you mean ${meant}?` : `there are ${known.join(", ")}`}`,
    );
  }
}

function readNumber(name: Setting, text: string, limit: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number <= limit))
    throw new ConfigRefused(`${name} is ${JSON.stringify(text)}: use a whole number from 0 to ${limit}`);
  return number;
}

/** Zero would mean to do it without a pause, or to give up at once. */
function atLeastOne(name: Setting, number: number): number {
  if (number < 1) throw new ConfigRefused(`${name} is ${number}: use at least 1`);
  return number;
}
