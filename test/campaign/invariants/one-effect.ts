import type { Invariant } from "../evidence.ts";

export const oneEffect: Invariant = {
  holds: "at most one attempt is recorded as having had effect",
  faultsIn({ resources }) {
    return [...resources.values()].flatMap(({ id, facts }) => {
      const proofs = facts.filter(({ kind }) => kind === "proven-gone");
      const named = Map.groupBy(
        proofs.flatMap((proof) => proof.externalIds as readonly string[]),
        (externalId) => externalId,
      );
      const twice = [...named].filter(([, times]) => times.length > 1);
      return twice.map(([it, times]) => `resource ${id}: ${it} was proven gone ${times.length} times`);
    });
  },
};
