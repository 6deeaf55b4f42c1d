import type { ShownFact } from "../../crash/recorded.ts";
import { deletesByDrett, type Invariant, idOf } from "../evidence.ts";

/** But for what a claim was under way for already: whoever holds it then comes too late. */
export const heldUntouched: Invariant = {
  holds: "nothing was touched after its hold was acknowledged",
  faultsIn(evidence) {
    const deletes = Map.groupBy(deletesByDrett(evidence), idOf);
    return evidence.holds.flatMap(({ id, hold, at }) => {
      const facts = evidence.resources.get(id)?.facts ?? [];
      const place = facts.findIndex((fact) => fact.kind === "held" && fact.hold === hold);
      if (place < 0) return [`resource ${id}: its hold ${hold} was acknowledged, and is not recorded`];
      if (hasOpenClaim(facts.slice(0, place))) return [];
      const touched = deletes.get(id)?.find((event) => event.at > at);
      return touched
        ? [`resource ${id}: ${touched.id} was deleted ${touched.at - at} ms after its hold`]
        : [];
    });
  },
};

const ENDINGS = ["claim-withdrawn", "reclaim-failed", "proven-gone"];

function hasOpenClaim(facts: readonly ShownFact[]): boolean {
  const last = facts.findLastIndex(({ kind }) => kind === "claimed");
  return last >= 0 && !facts.slice(last).some(({ kind }) => ENDINGS.includes(kind));
}
