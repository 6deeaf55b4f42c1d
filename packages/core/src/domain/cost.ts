import { existencesIn, liveExternalIds, proofsIn } from "./existence.ts";
import type { Ms } from "./fact.ts";
import { describe, factsOf, type Resource } from "./record.ts";
import { type ResourceState, stateOf } from "./resource-state.ts";

const HOUR = 3_600_000;
const NEVER_THERE: readonly ResourceState[] = ["failed", "never-created"];

/** To millionths: what is summed in parts of two would show tails that nobody has to pay. */
export const rounded = (amount: number): number => Math.round(amount * 1e6) / 1e6;

export interface Cost {
  readonly currency: string;
  readonly perHour: number;
  /** Up to now, or up to when it was freed. */
  readonly soFar: number;
}

/** What it costs if it runs since it was allocated (or, where nobody knows, planned); nothing where no price is known or nothing came of it. */
export function costOf(resource: Resource, now: Ms): Cost | undefined {
  const { price } = describe(resource);
  if (!price || NEVER_THERE.includes(stateOf(resource))) return undefined;
  const existences = existencesIn(resource);
  const live = liveExternalIds(resource);
  const starts = existences.length > 0 ? existences : resource.facts;
  const ends = live.length > 0 ? [] : [...factsOf(resource, "freed"), ...proofsIn(resource)];
  const start = Math.min(...starts.map(({ at }) => at));
  const end = Math.min(now, ...ends.map(({ at }) => at));
  const perHour = price.amount * Math.max(1, live.length);
  return { currency: price.currency, perHour, soFar: (perHour * Math.max(0, end - start)) / HOUR };
}
