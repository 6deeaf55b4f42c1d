import { accept, type Context, type Decision } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { withReport } from "../record.ts";
import { type Refusal, refuse } from "../refusal.ts";
import { Id, Shape } from "../shapes.ts";
import { noPlan } from "../tombstone.ts";
import type { View } from "../view.ts";
import { type Plan, type PlanReport, type PlanState, stateOfPlan } from "./plan.ts";

export const OfPlan = Shape({ id: Id });

/** Adds to the plan what `say` finds to be said; nothing where it finds that this is known. */
export function onPlan(
  view: View,
  { id, at }: { id: string; at?: string },
  context: Context,
  say: (known: Plan, state: PlanState) => PlanReport | Refusal | undefined,
): Decision<{ id: string }> {
  const known = view.plan(id);
  if (!known) return noPlan(view, id);
  const said = say(known, stateOfPlan(known, context.now));
  if (!said) return accept({ id });
  if ("refused" in said) return said;
  return accept({ id }, withReport(known, said, parseInstant(at), context));
}

/** Why nothing more can be said of it. */
export const planIsOver = (id: string, state: PlanState) =>
  refuse("not-in-this-state", `The plan ${id} is ${state}.`, { state });
