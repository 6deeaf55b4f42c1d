import type { Level } from "./level.ts";

/** One line of the log, as all handlers get it, as JSON. */
export interface Entry {
  readonly time: string;
  readonly level: Exclude<Level, "silent">;
  readonly pid: number;
  readonly hostname: string;
  readonly logger: string;
  readonly msg: string;
  /** What it is about: request id, actor, record, and so on. */
  readonly fields: { readonly [name: string]: unknown };
}

export function readEntry(line: string): Entry {
  const { time, level, pid, hostname, logger, msg = "", ...fields } = JSON.parse(line);
  return { time, level, pid, hostname, logger, msg, fields };
}
