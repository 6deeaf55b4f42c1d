import { nearest } from "@drett/core";
import { Handlers } from "./handlers.ts";
import { inheritedBy } from "./hierarchy.ts";
import type { LoggingConfig } from "./logging-config.ts";
import { type Logger, openLogger } from "./pino-logger.ts";

export interface Logging {
  readonly logger: (name: LoggerName) => Logger;
  /** Begins the files anew: whoever rotates them has moved them away. */
  reopen(): void;
  /** Writes what waits, for a second at most. */
  close(): Promise<void>;
  /** Lines that did not reach a place that they should have reached. */
  readonly dropped: () => number;
  /** What whoever runs the server should know about the configuration. */
  readonly warnings: readonly string[];
}

/** Opens all that the configuration names; throws where a file cannot be opened. */
export function createLogging(config: LoggingConfig, searchPath = process.env.PATH ?? ""): Logging {
  const handlers = new Handlers({
    config,
    searchPath,
    onTrouble: (handler, error, message) =>
      logger("drett.logging").warn({ handler, reason: error.message }, message),
  });
  const loggers = new Map<LoggerName, Logger>();
  let closing: Promise<void> | undefined;

  function logger(name: LoggerName): Logger {
    const known = loggers.get(name);
    if (known) return known;
    const { level, handlers: names } = inheritedBy(name, config);
    const opened = openLogger(name, level, handlers.named(names));
    loggers.set(name, opened);
    return opened;
  }
  return {
    logger,
    reopen: () => handlers.reopen(),
    close: () => (closing ??= handlers.close()),
    dropped: () => handlers.dropped(),
    warnings: [...handlers.warnings, ...warnStrangers(Object.keys(config.loggers))],
  };
}

/** All that there are. */
export const LOGGERS = [
  "drett",
  "drett.http",
  "drett.keys",
  "drett.logging",
  "drett.prune",
  "drett.reclaim",
  "drett.sessions",
  "drett.store",
  "drett.sweep",
  "drett.webhooks",
] as const;

type LoggerName = (typeof LOGGERS)[number];

/** A file of the old drett may name the loggers of its libraries; a misspelt name looks the same. */
function warnStrangers(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => name !== "" && !LOGGERS.some((known) => known === name))
    .map((name) => {
      const meant = nearest(name, LOGGERS);
      const hint = meant === undefined ? `there are ${LOGGERS.join(", ")}` : `did you mean ${meant}?`;
      return `loggers.${name} is about nothing: drett has no such logger; ${hint}`;
    });
}
