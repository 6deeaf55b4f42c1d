import { command } from "../command.ts";
import { DECISION_REFUSALS, Decided, decideOn, deciding } from "../decision.ts";
import { formatInstant } from "../instant.ts";
import type { Resource } from "../record.ts";
import { type Refusal, refuse } from "../refusal.ts";
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
    decideOn(
      view,
      deciding,
      { kind: "reclaim-ordered", plan },
      context,
      (known) => extendedSince(known, deciding.seen) ?? reclaimForbidden(known, context.now),
    ),
});

/** A person's order stands above it; of a plan, whoever approved it knew nothing of that. */
function extendedSince({ id, facts }: Resource, seen: number): Refusal | undefined {
  const extended = facts.slice(seen).findLast(({ kind }) => kind === "extended");
  if (extended?.kind !== "extended") return undefined;
  const detail = `${id} was extended until ${formatInstant(extended.until)} after you saw it.`;
  return refuse("changed-since", detail, { version: facts.length });
}
