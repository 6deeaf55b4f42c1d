import { Type } from "typebox";
import { accept, type Context, command, type Decision } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { type Plan, type PlanReport, type PlanState, planned, stateOfPlan } from "../reclaim/plan.ts";
import { newPlan, withReport } from "../record.ts";
import { type Refusal, refuse } from "../refusal.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { noPlan } from "../tombstone.ts";
import { planKey, type View } from "../view.ts";

const Reply = Shape({ id: Id });
type Reply = { id: string };

const Item = Shape({
  resource: Id,
  version: Type.Integer(),
  externalIds: Type.Array(Text),
  type: Text,
  owner: Text,
  application: Text,
  says: Type.String(),
});

/** What a policy that asks would free. */
export const proposePlan = command({
  name: "propose-plan",
  summary: "This could be freed, if a person says so.",
  role: "admin",
  input: Shape({
    id: Id,
    policy: Id,
    items: Type.Array(Item, { minItems: 1 }),
    hash: Type.String(),
    cost: Type.Array(Shape({ currency: Type.String(), perHour: Type.Number() })),
    expires: Type.Integer(),
  }),
  reply: Reply,
  refusals: [],

  keys: ({ id }) => [planKey(id)],

  decide(view, { id, ...said }, context) {
    if (view.plan(id)) return accept({ id });
    return accept({ id }, withReport(newPlan(id), { kind: "planned", ...said }, context.now, context));
  },
});

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
  reply: Reply,
  refusals: ["unknown-plan", "pruned", "not-in-this-state", "plan-differs"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, count, hash, reason, at }, context) =>
    onPlan(view, { id, at }, context, (known, state) => {
      const { items, hash: actual } = planned(known);
      if (items.length !== count || hash !== actual) {
        return refuse("plan-differs", `The plan ${id} has ${items.length} items and the hash ${actual}.`);
      }
      if (known.facts.some(({ kind }) => kind === "approved")) return undefined;
      return state === "waiting" ? { kind: "approved", reason } : over(id, state);
    }),
});

/** What was ordered and is not claimed yet is left alone; what is being deleted cannot be called back. */
export const abortPlan = command({
  name: "abort-plan",
  summary: "Free nothing more of this list.",
  route: "POST /v1/plans/{id}/abort",
  role: "decide",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Reply,
  refusals: ["unknown-plan", "pruned", "not-in-this-state"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, reason, at }, context) =>
    onPlan(view, { id, at }, context, (_, state) => {
      if (state === "aborted") return undefined;
      return state === "waiting" || state === "running" ? { kind: "aborted", reason } : over(id, state);
    }),
});

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
  reply: Reply,
  refusals: ["unknown-plan", "pruned"],

  keys: ({ id }) => [planKey(id)],

  decide: (view, { id, note }, context) => onPlan(view, { id }, context, () => note),
});

function onPlan(
  view: View,
  { id, at }: { id: string; at?: string },
  context: Context,
  say: (known: Plan, state: PlanState) => PlanReport | Refusal | undefined,
): Decision<Reply> {
  const known = view.plan(id);
  if (!known) return noPlan(view, id);
  const said = say(known, stateOfPlan(known, context.now));
  if (!said) return accept({ id });
  if ("refused" in said) return said;
  return accept({ id }, withReport(known, said, parseInstant(at), context));
}

const over = (id: string, state: PlanState) =>
  refuse("not-in-this-state", `The plan ${id} is ${state}.`, { state });
