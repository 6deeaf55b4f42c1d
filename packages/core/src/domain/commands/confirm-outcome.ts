import { Type } from "typebox";
import { command } from "../command.ts";
import { Decided, deciding } from "../decision.ts";
import { endingsOf, isContradicted, stateOfAllocation } from "../derive-allocation.ts";
import { decideOnGroup, GROUP_DECISION_REFUSALS } from "../group-decision.ts";
import type { Allocation } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Shape } from "../shapes.ts";
import { noAllocation } from "../tombstone.ts";
import { allocationKey } from "../view.ts";

/** Where its engine has not said how it ended, or has said both. What follows for its members, the sweep carries out. */
export const confirmOutcome = command({
  name: "confirm-outcome",
  summary: "I have looked: all of it is there, or it did not come about.",
  route: "POST /v1/allocations/{id}/confirm-outcome",
  role: "decide",
  input: Shape({ ...deciding, outcome: Type.Union([Type.Literal("done"), Type.Literal("failed")]) }),
  reply: Decided,
  refusals: ["unknown-allocation", ...GROUP_DECISION_REFUSALS],

  keys: ({ id }) => [allocationKey(id)],

  decide(view, { outcome, ...deciding }, context) {
    const known = view.allocation(deciding.id);
    if (!known) return noAllocation(view, deciding.id);
    const said = { kind: "confirmed-outcome" as const, outcome };
    return decideOnGroup(known, deciding, said, context, { outlookOf, forbidden });
  },
});

const outlookOf = (allocation: Allocation) =>
  [...new Set(endingsOf(allocation).map(({ outcome }) => outcome))].sort().join();

function forbidden(known: Allocation) {
  const state = stateOfAllocation(known);
  if (state === "open" || isContradicted(known)) return undefined;
  return refuse("not-in-this-state", `${known.id} is ${state}, and nobody says otherwise.`, { state });
}
