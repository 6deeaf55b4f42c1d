import { type Evidence, type Invariant, idOf, isHeld, isOwned, liveSessions } from "../evidence.ts";
import { FREED_TYPE } from "../kinds.ts";

export const freedAtLast: Invariant = {
  holds: "what nobody has, and a policy frees, is gone in the end",
  faultsIn: (evidence) =>
    leftToFree(evidence).map((id) => `resource ${id}: it is still there, ${toldOf(evidence, id)}`),
};

/** What drett is still to free, by the ids that it gave. What is stuck waits for a person. */
export function leftToFree(
  evidence: Pick<Evidence, "remaining" | "resources" | "engines">,
): readonly string[] {
  const live = liveSessions(evidence);
  const ids = new Set(evidence.remaining.map(idOf));
  return [...ids].filter((id) => {
    const shown = evidence.resources.get(id);
    if (!shown) return true;
    const isStuck = shown.findings.some(({ kind }) => kind === "stuck");
    return shown.type === FREED_TYPE && !isOwned(shown, live) && !isHeld(shown) && !isStuck;
  });
}

function toldOf({ resources }: Evidence, id: string): string {
  const { state, findings = [] } = resources.get(id) ?? {};
  const kinds = findings.map(({ kind }) => kind).join(", ");
  return state === undefined ? "and drett does not know it" : `${state} (${kinds || "no finding"})`;
}
