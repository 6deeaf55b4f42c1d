import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import type { Resource } from "../record.ts";
import { refuse } from "../refusal.ts";
import { isSettled, stateOf } from "../resource-state.ts";
import { Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** All of it. Of an unknown outcome too: whether it is not there any more or never was, who looks cannot tell. */
export const confirmGone = command({
  name: "confirm-gone",
  summary: "I have looked: it is not there any more.",
  route: "POST /v1/resources/{id}/confirm-gone",
  role: "decide",
  input: Shape(deciding),
  reply: Decided,
  refusals: [...DECISION_REFUSALS, "not-in-this-state"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, deciding, context) =>
    decideOn(view, deciding, { kind: "confirmed-gone" }, context, forbidden),
});

function forbidden(known: Resource) {
  const state = stateOf(known);
  if (isSettled(known)) return refuse("not-in-this-state", `${known.id} is ${state} already.`, { state });
  if (state !== "pending") return undefined;
  const detail = `Nothing says that ${known.id} was ever there: confirm that it was never created.`;
  return refuse("not-in-this-state", detail, { state });
}
