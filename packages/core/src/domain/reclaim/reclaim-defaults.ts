import type { Attempts, Policy } from "../policy.ts";
import type { Served } from "./served.ts";

/** Where no policy says otherwise: for most of a day, since the trouble of a whole region lasts hours; then once a day for ever. */
export const ATTEMPTS: Attempts = {
  most: 50,
  limitSeconds: 300,
  firstPauseSeconds: 20,
  longestPauseSeconds: 1_800,
  stuckPauseSeconds: 86_400,
};

/** How far apart two looks must be, where no policy says otherwise. */
export const SETTLE_SECONDS = 30;

/** What may be freed, and by what. */
export interface ReclaimSettings {
  /** The first that matches counts. */
  readonly policies: readonly Policy[];
  readonly served: readonly Served[];
}

/** Nothing may be freed, and nothing can. */
export const NO_RECLAIM: ReclaimSettings = { policies: [], served: [] };
