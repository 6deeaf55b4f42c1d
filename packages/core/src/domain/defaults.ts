import type { Ms } from "./fact.ts";

/** What applies where nobody said anything, in seconds: nothing is forgotten by omission. */
export interface Defaults {
  readonly intentSeconds: number;
  readonly releaseSeconds: number;
  /** How long the members of an allocation that did not come about are left to their engine. */
  readonly graceSeconds: number;
  readonly ttlSeconds: number;
}

export const DEFAULTS: Defaults = {
  intentSeconds: 600,
  releaseSeconds: 600,
  graceSeconds: 600,
  ttlSeconds: 86_400,
};

export const after = (start: Ms, seconds: number): Ms => start + seconds * 1000;
