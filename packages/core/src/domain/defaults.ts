import type { Ms } from "./fact.ts";
import { NO_RECLAIM, type ReclaimSettings } from "./reclaim/reclaim-defaults.ts";

/** What applies where nobody said anything, in seconds: nothing is forgotten by omission. */
export interface Defaults {
  readonly intentSeconds: number;
  readonly releaseSeconds: number;
  /** How long the members of an allocation that did not come about are left to their engine. */
  readonly graceSeconds: number;
  readonly ttlSeconds: number;
  readonly retention: Retention;
  readonly reclaim: ReclaimSettings;
}

/** How long what needs nobody any more is kept, in seconds. */
export interface Retention {
  readonly freed: number;
  readonly failed: number;
  readonly neverCreated: number;
  readonly forgotten: number;
  readonly allocations: number;
  readonly sessions: number;
  /** A fact in the feed. No record goes before its facts have left the feed. */
  readonly events: number;
  /** A tombstone: longer than any journal may live that could still speak of the record. */
  readonly tombstones: number;
}

const DAY = 86_400;
/** No journal of an engine may live longer than a tombstone: so no tombstone may be shorter than this. */
export const LEAST_TOMBSTONE = 100 * DAY;

export const RETENTION: Retention = {
  freed: 90 * DAY,
  failed: 90 * DAY,
  neverCreated: 90 * DAY,
  forgotten: 90 * DAY,
  allocations: 90 * DAY,
  sessions: 90 * DAY,
  events: 90 * DAY,
  tombstones: 400 * DAY,
};

export const DEFAULTS: Defaults = {
  intentSeconds: 600,
  releaseSeconds: 600,
  graceSeconds: 600,
  ttlSeconds: 86_400,
  retention: RETENTION,
  reclaim: NO_RECLAIM,
};

export const after = (start: Ms, seconds: number): Ms => start + seconds * 1000;
