import type { Duration } from "./duration.ts";
import type { CallOptions } from "./reporter.ts";

/** A person's word: what was seen, and why it is decided so. */
export interface Decision extends CallOptions {
  /** The `version` of the record that the person looked at, as `drett.get` shows it. */
  seen: number;
  reason: string;
  /** Your own id of the decision: the same one again changes nothing. */
  decision?: string | undefined;
}

/** Why it must not be touched. */
export interface Holding extends CallOptions {
  reason: string;
  /** Your own id of the hold: the same one again changes nothing. */
  hold?: string | undefined;
}

/** The commands that carry a decision. */
export type Deciding = "confirm-exists" | "confirm-gone" | "confirm-never-created" | "forget" | "reclaim-now";

/** Why nothing may be freed for now. */
export interface Freezing extends CallOptions {
  reason: string;
  /** Until a time, or for so long from now; without it, until somebody lifts it. */
  until?: Date | Duration | undefined;
  /** Your own id of the freeze: the same one again changes nothing. */
  freeze?: string | undefined;
}

/** That the list is the one that was looked through. */
export interface Approval extends CallOptions {
  count: number;
  hash: string;
  reason: string;
}
