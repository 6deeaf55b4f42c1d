import { Type } from "typebox";
import { command } from "../command.ts";
import { OfPlan, onPlan, planIsOver } from "../reclaim/on-plan.ts";
import { planned } from "../reclaim/plan.ts";
import { refuse } from "../refusal.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { planKey } from "../view.ts";

/** Carried out in small steps: one, then a few, then the rest. What has changed since is skipped; nothing is added. */
export const approvePlan = command({
  name: "approve-plan",
  summary: "Free what is on this list.",
  route: "POST /v1/plans/{id}/approve",
  role: "decide",
  input: Shape({
    id: Id,
    count: Type.Integer({ minimum: 1, description: "how many are on the list, as you saw it" }),
    hash: Type.String({ description: "the `hash` of the list that you saw" }),
    reason: Text,
    at: Type.Optional(Instant),
  }),
  reply: OfPlan,
  refusals: ["unknown-plan", "pruned", "not-in-this-state", "plan-differs"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, count, hash, reason, at }, context) =>
    onPlan(view, { id, at }, context, (known, state) => {
      const { items, hash: actual } = planned(known);
      if (items.length !== count || hash !== actual) {
        return refuse("plan-differs", `The plan ${id} has ${items.length} items and the hash ${actual}.`);
      }
      if (known.facts.some(({ kind }) => kind === "approved")) return undefined;
      return state === "waiting" ? { kind: "approved", reason } : planIsOver(id, state);
    }),
});
