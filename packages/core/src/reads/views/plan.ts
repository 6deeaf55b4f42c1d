import { type Static, Type } from "typebox";
import { formatInstant } from "../../domain/instant.ts";
import {
  derivePlan,
  type ItemState,
  itemStates,
  PLAN_STATES,
  type Plan,
  planned,
} from "../../domain/reclaim/plan.ts";
import { Id, Instant, Shape } from "../../domain/shapes.ts";
import { FindingView, viewFinding } from "./finding.ts";
import { type Moment, oneOf } from "./standing.ts";

export const PlanStateName = oneOf(PLAN_STATES);

export const PlanView = Shape({
  id: Id,
  state: PlanStateName,
  findings: Type.Array(FindingView),
  policy: Id,
  count: Type.Integer({ description: "how many are on the list" }),
  hash: Type.String(),
  cost: Type.Array(Shape({ currency: Type.String(), perHour: Type.Number() })),
  made: Instant,
  expires: Instant,
  progress: Shape({
    waiting: Type.Integer(),
    ordered: Type.Integer(),
    skipped: Type.Integer(),
    freed: Type.Integer(),
    failed: Type.Integer(),
  }),
});

export function viewPlan(plan: Plan, { now }: Pick<Moment, "now">) {
  const { state, findings } = derivePlan(plan, now);
  const { policy, items, hash, cost, at, expires } = planned(plan);
  const states = [...itemStates(plan).values()];
  const count = (wanted: ItemState) => states.filter((state) => state === wanted).length;
  return {
    id: plan.id,
    state,
    findings: findings.map((finding) => viewFinding(plan, finding)),
    policy,
    count: items.length,
    hash,
    cost: [...cost],
    made: formatInstant(at),
    expires: formatInstant(expires),
    progress: {
      waiting: count("waiting"),
      ordered: count("ordered"),
      skipped: count("skipped"),
      freed: count("freed"),
      failed: count("failed"),
    },
  } satisfies Static<typeof PlanView>;
}
