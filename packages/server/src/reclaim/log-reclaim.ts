import type { ReclaimEvent } from "@drett/core";
import type { Logger } from "../logging/pino-logger.ts";

const LEVEL: { readonly [kind in ReclaimEvent["kind"]]: "debug" | "info" | "warn" } = {
  freed: "info",
  failed: "warn",
  denied: "warn",
  withdrawn: "info",
  "not-claimed": "debug",
  "cut-short": "info",
  found: "info",
  "not-found": "debug",
  "never-created": "info",
  "cannot-tell": "warn",
  frozen: "warn",
  thawed: "info",
  planned: "info",
};

/** One line for what came of it, loud where a person may be needed. */
export function logReclaim(log: Logger, { kind, ...event }: ReclaimEvent): void {
  log[LEVEL[kind]](event, kind.replaceAll("-", " "));
}
