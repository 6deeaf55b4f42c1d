/** As pino has them; `trace` and `silent` are everything and nothing. */
export type Level = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
type Loud = Exclude<Level, "silent">;

/** What files may say, in any case: Python's names, and ours. `notset` says nothing by itself. */
export const LEVEL_NAMES: { readonly [name: string]: Level | "notset" } = {
  NOTSET: "notset",
  TRACE: "trace",
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  WARN: "warn",
  ERROR: "error",
  CRITICAL: "fatal",
  FATAL: "fatal",
  SILENT: "silent",
};

/** By its order among the others, its name and number in Python, and its severity in syslog (RFC 5424, 6.2.1). */
const LEVELS = {
  trace: { order: 10, python: ["TRACE", 5], severity: 7 },
  debug: { order: 20, python: ["DEBUG", 10], severity: 7 },
  info: { order: 30, python: ["INFO", 20], severity: 6 },
  warn: { order: 40, python: ["WARNING", 30], severity: 4 },
  error: { order: 50, python: ["ERROR", 40], severity: 3 },
  fatal: { order: 60, python: ["CRITICAL", 50], severity: 2 },
} as const satisfies Record<Loud, unknown>;

export const pythonName = (level: Loud): string => LEVELS[level].python[0];
export const pythonNumber = (level: Loud): number => LEVELS[level].python[1];
export const severityOf = (level: Loud): number => LEVELS[level].severity;

/** The higher of two: what passes both passes this. */
export const higher = (a: Level, b: Level): Level => (orderOf(a) > orderOf(b) ? a : b);
export const lower = (a: Level, b: Level): Level => (orderOf(a) < orderOf(b) ? a : b);

const orderOf = (level: Level) => (level === "silent" ? Number.POSITIVE_INFINITY : LEVELS[level].order);
