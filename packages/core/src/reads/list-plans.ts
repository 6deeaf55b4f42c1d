import { Type } from "typebox";
import { tag } from "../domain/indexed.ts";
import { formatInstant } from "../domain/instant.ts";
import type { Plan } from "../domain/reclaim/plan.ts";
import { present } from "../domain/registration.ts";
import { Id, Shape } from "../domain/shapes.ts";
import { readPage } from "../ports/stored-record.ts";
import { DEFAULT_LIMIT, PageOf, paging } from "./paging.ts";
import { read } from "./read.ts";
import { PlanStateName, PlanView, viewPlan } from "./views/plan.ts";

export const listPlans = read({
  name: "list-plans",
  summary: "Plans, the newest first.",
  route: "GET /v1/plans",
  role: "read",
  input: Shape({ state: Type.Optional(PlanStateName), policy: Type.Optional(Id), ...paging }),
  reply: PageOf(PlanView),
  refusals: ["invalid-cursor"],

  async answer({ state, policy, limit = DEFAULT_LIMIT, cursor }, { store, now }) {
    const page = await store.query(
      present({
        kind: "plan" as const,
        where: present({ state }),
        tags: policy === undefined ? undefined : [tag.policy(policy)],
        order: "newest" as const,
        limit,
        cursor,
      }),
    );
    const plans = readPage(page.records) as readonly Plan[];
    const items = plans.map((plan) => viewPlan(plan, { now }));
    return { reply: { items, next: page.next ?? null, now: formatInstant(now) } };
  },
});
