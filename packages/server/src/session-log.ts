import type { Listened } from "@drett/core";
import type { Logger } from "./logging/pino-logger.ts";

/** Says who has lapsed, and once for each server that it is waited for. */
export class SessionLog {
  readonly #log: Logger;
  #missing: readonly string[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  listened({ lapsed, missing }: Pick<Listened, "lapsed" | "missing">): void {
    if (lapsed > 0) this.#log.warn({ lapsed }, "sessions lapsed");
    for (const server of missing) {
      if (this.#missing.includes(server)) continue;
      const remedy = "If it is gone for good, `drett-server servers DIRECTORY --forget NAME` ends the wait.";
      this.#log.warn({ server, remedy }, "another server does not write; until it does, nobody lapses");
    }
    this.#missing = missing;
  }
}
