import { liveExternalIds } from "../existence.ts";
import type { ResourceFact } from "../fact.ts";
import { type FactOf, factsOf, type Resource } from "../record.ts";

export type Order = FactOf<ResourceFact, "reclaim-ordered">;

/** What shows that somebody wants it after all. Whoever ordered this very thing knew of its engine, and a hold only delays him. */
const KEEPING: readonly ResourceFact["kind"][] = ["extended"];
const KEEPING_FROM_PLANS: typeof KEEPING = [...KEEPING, "held", "session-recovered"];

/**
 * The order by which it is to be freed, whatever policies say: the latest, as long as nobody has shown since that it is
 * wanted, and all that lives was known to whoever gave it.
 */
export function standingOrder(resource: Resource): Order | undefined {
  const order = factsOf(resource, "reclaim-ordered").reduce<Order | undefined>(
    (last, fact) => (last && isLater(last, fact) ? last : fact),
    undefined,
  );
  if (!order) return undefined;
  const live = liveExternalIds(resource);
  const keeping = order.plan === undefined ? KEEPING : KEEPING_FROM_PLANS;
  const isKept = resource.facts.some(({ kind, at }) => keeping.includes(kind) && at > order.at);
  if (live.length === 0 || isKept || !live.every((id) => order.externalIds.includes(id))) return undefined;
  return order;
}

/** Of two at the same moment one counts, whichever arrived first. */
const isLater = (a: Order, b: Order) => a.at > b.at || (a.at === b.at && a.decision > b.decision);
