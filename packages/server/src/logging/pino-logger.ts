import { hostname } from "node:os";
import { multistream, type Logger as Pino, pino, stdTimeFunctions } from "pino";
import { writeError } from "./error.ts";
import type { Handler } from "./handler.ts";
import { higher, type Level, lower } from "./level.ts";
import { scrub } from "./scrub.ts";

/** What is needed to write lines. At a level that is not enabled it costs a call that does nothing. */
export type Logger = Pick<Pino, "debug" | "info" | "warn" | "error" | "isLevelEnabled">;

const HOST = hostname();

/** A logger of that level and those that its handlers take, so that nothing is written for nobody. */
export function openLogger(name: string, level: Level, handlers: readonly Handler[]): Logger {
  const streams = handlers.map((handler) => ({ level: handler.level, stream: handler }));
  const options = {
    level: higher(level, handlers.map((handler) => handler.level).reduce(lower, "silent")),
    base: { pid: process.pid, hostname: HOST, logger: name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => writeError(error) },
    hooks: { streamWrite: scrub },
  };
  return pino(options, multistream(streams));
}

/** A line as it would come from a logger, for those that do not go through one. */
export function lineOf(logger: string, level: Level, fields: object, msg: string): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level, time, pid: process.pid, hostname: HOST, logger, ...fields, msg })}\n`;
}
