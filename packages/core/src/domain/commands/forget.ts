import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import type { Resource } from "../record.ts";
import { refuse } from "../refusal.ts";
import { isSettled, stateOf } from "../resource-state.ts";
import { Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** Proves nothing: it may still exist and cost money. It stays in the lists, and whoever hears of it reopens it. */
export const forget = command({
  name: "forget",
  summary: "Nobody will look after it any more, though it may still exist.",
  route: "POST /v1/resources/{id}/forget",
  role: "admin",
  input: Shape(deciding),
  reply: Decided,
  refusals: [...DECISION_REFUSALS, "not-in-this-state"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, deciding, context) => decideOn(view, deciding, { kind: "forgotten" }, context, forbidden),
});

function forbidden(known: Resource) {
  const state = stateOf(known);
  if (!isSettled(known) && state !== "forgotten") return undefined;
  return refuse("not-in-this-state", `${known.id} is ${state} already.`, { state });
}
