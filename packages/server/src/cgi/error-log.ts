import { StoreUnavailable } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { Logger } from "../logging/pino-logger.ts";

/**
 * Standard error is the web server's error log: what goes wrong goes there, in words. That there was a request stands in
 * its access log.
 */
export const errorLog = {
  isLevelEnabled: (level: string) => level === "warn" || level === "error",
  debug() {},
  info() {},
  warn: (...said: unknown[]) => tell(String(said.at(-1))),
  error: (about: unknown) => tell(explain((about as { err: unknown }).err)),
} as Logger;

export const tell = (what: string): void => console.error(`drett-cgi: ${what}`);

export function explain(error: unknown): string {
  if (error instanceof ConfigRefused) return error.message;
  if (error instanceof StoreUnavailable) return `${error.message}\n  ${error.remedy}`;
  return (error as Error).stack ?? String(error);
}
