import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";
import { reclaimForbidden } from "./reclaim-now.ts";

/** An item of a plan whose turn has come. What has changed since the plan was made is refused. */
export const orderPlanned = command({
  name: "order-planned",
  summary: "Free it, as an approved plan says.",
  role: "decide",
  input: Shape({ ...deciding, plan: Id }),
  reply: Decided,
  refusals: [...DECISION_REFUSALS, "not-in-this-state", "held"],

  keys: ({ id }) => [resourceKey(id)],

  decide: (view, { plan, ...deciding }, context) =>
    decideOn(view, deciding, { kind: "reclaim-ordered", plan }, context, (known) =>
      reclaimForbidden(known, context.now),
    ),
});
