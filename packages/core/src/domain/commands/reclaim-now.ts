import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import { liveExternalIds } from "../existence.ts";
import { openHolds } from "../holds.ts";
import { formatInstant } from "../instant.ts";
import type { Resource } from "../record.ts";
import { refuse } from "../refusal.ts";
import { stateOf } from "../resource-state.ts";
import { Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** Stands above policies, not above holds and freezes. Of what is stuck, the attempts begin anew. */
export const reclaimNow = command({
  name: "reclaim-now",
  summary: "Free it, whatever the policies say.",
  route: "POST /v1/resources/{id}/reclaim",
  role: "decide",
  input: Shape(deciding),
  reply: Decided,
  refusals: [...DECISION_REFUSALS, "not-in-this-state", "held"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, deciding, context) =>
    decideOn(view, deciding, { kind: "reclaim-ordered" }, context, (known) =>
      reclaimForbidden(known, context.now),
    ),
});

/** Why nobody may order it freed. */
export function reclaimForbidden(known: Resource, now: number) {
  const state = stateOf(known);
  if (liveExternalIds(known).length === 0 || state === "forgotten") {
    const detail = `${known.id} is ${state}, and nothing is known that could be freed.`;
    return refuse("not-in-this-state", detail, { state });
  }
  const hold = openHolds(known).find(({ until }) => until > now);
  if (!hold) return undefined;
  const detail = `${hold.actor} holds ${known.id} until ${formatInstant(hold.until)} (${hold.reason}).`;
  return refuse("held", detail, { hold: hold.hold });
}
