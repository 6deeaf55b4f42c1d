import type { Ms } from "./fact.ts";
import { describe, factsOf, liveExternalIds, type Resource } from "./record.ts";

const HOUR = 3_600_000;

export interface Cost {
  readonly currency: string;
  readonly perHour: number;
  /** Up to now, or up to when it was freed. */
  readonly soFar: number;
}

/** What it costs if it runs since it was allocated (or, where nobody knows, planned); nothing where no price is known. */
export function costOf(resource: Resource, now: Ms): Cost | undefined {
  const { price } = describe(resource);
  if (!price) return undefined;
  const starts = factsOf(resource, "allocated").length > 0 ? factsOf(resource, "allocated") : resource.facts;
  const ends = liveExternalIds(resource).length > 0 ? [] : factsOf(resource, "freed");
  const start = Math.min(...starts.map(({ at }) => at));
  const end = Math.min(now, ...ends.map(({ at }) => at));
  const perHour = price.amount * Math.max(1, liveExternalIds(resource).length);
  return { currency: price.currency, perHour, soFar: (perHour * Math.max(0, end - start)) / HOUR };
}
