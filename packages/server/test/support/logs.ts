import type { Level } from "../../src/logging/level.ts";
import type { Logging } from "../../src/logging/logging.ts";
import { type Logger, openLogger } from "../../src/logging/pino-logger.ts";

/** A line of the log. */
export interface Line {
  readonly level: string;
  readonly logger: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Logging of which every line ends up in the list. */
export function loggingInto(lines: Line[], level: Level = "info"): Logging {
  const handler = {
    level: "trace" as const,
    write: (line: string) => void lines.push(JSON.parse(line) as Line),
    reopen: () => Promise.resolve(),
    close: () => Promise.resolve(),
    dropped: () => 0,
  };
  return {
    logger: (name): Logger => openLogger(name, level, [handler]),
    reopen: () => {},
    close: () => Promise.resolve(),
    dropped: () => 0,
    warnings: [],
  };
}
