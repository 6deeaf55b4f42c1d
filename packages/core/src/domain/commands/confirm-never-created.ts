import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import { externalIds } from "../existence.ts";
import type { Resource } from "../record.ts";
import { refuse } from "../refusal.ts";
import { stateOf } from "../resource-state.ts";
import { Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** For a plan or an unknown outcome. What ever had an external id was created. */
export const confirmNeverCreated = command({
  name: "confirm-never-created",
  summary: "I have looked: nothing came of it.",
  route: "POST /v1/resources/{id}/confirm-never-created",
  role: "decide",
  input: Shape(deciding),
  reply: Decided,
  refusals: [...DECISION_REFUSALS, "not-in-this-state"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, deciding, context) =>
    decideOn(view, deciding, { kind: "confirmed-never-created" }, context, forbidden),
});

function forbidden(known: Resource) {
  const state = stateOf(known);
  const [externalId] = externalIds(known);
  if (externalId !== undefined) {
    const detail = `${known.id} was created, as ${externalId}: if it is not there any more, confirm that it is gone.`;
    return refuse("not-in-this-state", detail, { state });
  }
  if (state !== "freed" && state !== "never-created") return undefined;
  return refuse("not-in-this-state", `${known.id} is ${state} already.`, { state });
}
