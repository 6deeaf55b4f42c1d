import { deletesByDrett, type Invariant, idOf } from "../evidence.ts";

export const claimedAlone: Invariant = {
  holds: "no identity but the claimed one was ever deleted",
  faultsIn(evidence) {
    return deletesByDrett(evidence).flatMap((event) => {
      const id = idOf(event);
      const shown = evidence.resources.get(id);
      const what = `resource ${id}: ${event.id} (${event.uid}) was deleted`;
      if (!shown?.facts.some(({ kind }) => kind === "claimed")) return [`${what}, and was never claimed`];
      if (!shown.externalIds.includes(event.id))
        return [`${what}, and what was claimed is ${shown.externalIds.join(", ")}`];
      return [];
    });
  },
};
