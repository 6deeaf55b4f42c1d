import { StoreUnavailable } from "@drett/core";
import { KeysRefused } from "../access/key-file.ts";
import { ConfigRefused } from "../config/config-refused.ts";
import type { Logger } from "../logging/pino-logger.ts";

/**
 * Standard error is the web server's error log: what goes wrong goes there. That there was a request stands in its
 * access log.
 */
export const errorLog = {
  isLevelEnabled: (level: string) => level === "warn" || level === "error",
  debug() {},
  info() {},
  warn: say,
  error: say,
} as Logger;

/** As loggers are called: with a message, or with what it is about and a message. */
function say(...said: readonly unknown[]): void {
  const [about, message] = said.length > 1 ? said : [{}, said[0]];
  const { err, ...fields } = about as { err?: unknown };
  const isMistake = err !== undefined && !(err instanceof StoreUnavailable);
  tell(`${String(message)} ${JSON.stringify(fields)}${isMistake ? `\n${explain(err)}` : ""}`);
}

export const tell = (what: string): void => console.error(`drett-cgi: ${what}`);

export function explain(error: unknown): string {
  if (error instanceof ConfigRefused || error instanceof KeysRefused) return error.message;
  if (error instanceof StoreUnavailable) return `${error.message}\n  ${error.remedy}`;
  return (error as Error).stack ?? String(error);
}
