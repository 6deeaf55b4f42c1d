import { Type } from "typebox";
import { command } from "../command.ts";
import { OfPlan, onPlan } from "../reclaim/on-plan.ts";
import { Id, Shape } from "../shapes.ts";
import { planKey } from "../view.ts";

/** What became of its items. */
export const notePlan = command({
  name: "note-plan",
  summary: "The plan went on.",
  role: "admin",
  input: Shape({
    id: Id,
    note: Type.Union([
      Shape({ kind: Type.Literal("ordered"), resources: Type.Array(Id) }),
      Shape({ kind: Type.Literal("skipped"), resource: Id, reason: Type.String() }),
      Shape({ kind: Type.Literal("item-freed"), resource: Id }),
      Shape({ kind: Type.Literal("item-failed"), resource: Id, reason: Type.String() }),
      Shape({ kind: Type.Literal("aborted"), reason: Type.String() }),
    ]),
  }),
  reply: OfPlan,
  refusals: ["unknown-plan", "pruned"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, note }, context) =>
    onPlan(view, { id }, context, (_, state) =>
      note.kind === "aborted" && state !== "running" ? undefined : note,
    ),
});
