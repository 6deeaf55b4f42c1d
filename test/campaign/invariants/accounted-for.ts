import { type Invariant, idOf, isHeld, isOwned, liveSessions } from "../evidence.ts";

export const accountedFor: Invariant = {
  holds: "every resource in the cloud is owned by a live session, or held, or listed as a finding",
  faultsIn(evidence) {
    const live = liveSessions(evidence);
    return evidence.remaining.flatMap((instance) => {
      const id = idOf(instance);
      const shown = evidence.resources.get(id);
      if (shown && (isOwned(shown, live) || isHeld(shown) || shown.findings.length > 0)) return [];
      const how = shown
        ? `drett says that it is ${shown.state}, and finds nothing wrong`
        : "drett does not know it";
      return [`resource ${id}: ${instance.id} (${instance.uid}) exists, and ${how}`];
    });
  },
};
