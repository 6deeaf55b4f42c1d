import { Type } from "typebox";
import { command } from "../command.ts";
import { OfPlan, onPlan, planIsOver } from "../reclaim/on-plan.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { planKey } from "../view.ts";

/** What was ordered and is not claimed yet is left alone; what is being deleted cannot be called back. */
export const abortPlan = command({
  name: "abort-plan",
  summary: "Free nothing more of this list.",
  route: "POST /v1/plans/{id}/abort",
  role: "decide",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: OfPlan,
  refusals: ["unknown-plan", "pruned", "not-in-this-state"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, reason, at }, context) =>
    onPlan(view, { id, at }, context, (_, state) => {
      if (state === "aborted") return undefined;
      return state === "waiting" || state === "running" ? { kind: "aborted", reason } : planIsOver(id, state);
    }),
});
