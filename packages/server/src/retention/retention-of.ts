import type { Retention } from "@drett/core";
import type { Config } from "../config/read-config.ts";

/** What the settings say of how long what is kept. */
export const retentionOf = (config: Config): Retention => ({
  freed: config.keep_freed,
  failed: config.keep_failed,
  neverCreated: config.keep_never_created,
  forgotten: config.keep_forgotten,
  allocations: config.keep_allocations,
  sessions: config.keep_sessions,
  events: config.keep_events,
  tombstones: config.keep_tombstones,
});
