import type { ResourceFact } from "./fact.ts";
import { type FactOf, factsOf, type Resource } from "./record.ts";

/** The holds that nobody has lifted, whether they stand or have ended. */
export function openHolds(resource: Resource): readonly FactOf<ResourceFact, "held">[] {
  const lifted = new Set(factsOf(resource, "unheld").map(({ hold }) => hold));
  return factsOf(resource, "held").filter(({ hold }) => !lifted.has(hold));
}
