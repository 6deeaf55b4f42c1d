import { Type } from "typebox";
import { isRefusal } from "../domain/command.ts";
import { itemStates, type Plan, planned } from "../domain/reclaim/plan.ts";
import { refuse } from "../domain/refusal.ts";
import { Id, Shape, Text } from "../domain/shapes.ts";
import { read } from "./read.ts";
import { find } from "./records.ts";
import { FactView, viewFact } from "./views/fact.ts";
import { PlanView, viewPlan } from "./views/plan.ts";

const ItemView = Shape({
  resource: Id,
  version: Type.Integer({ description: "the version that it had when the plan was made" }),
  externalIds: Type.Array(Text),
  type: Text,
  owner: Text,
  application: Text,
  says: Type.String({ description: "why it is on the list" }),
  state: Type.Enum(["waiting", "ordered", "skipped", "freed", "failed"]),
});

export const getPlan = read({
  name: "get-plan",
  summary: "One plan: its list, what became of each item, and all its facts.",
  route: "GET /v1/plans/{id}",
  role: "read",
  input: Shape({ id: Id }),
  reply: Shape({ ...PlanView.properties, items: Type.Array(ItemView), facts: Type.Array(FactView) }),
  refusals: ["unknown-plan", "pruned"],

  async answer({ id }, { store, now }) {
    const found = await find<Plan>(store, { kind: "plan", id });
    if (!found) return refuse("unknown-plan", `There is no plan ${id}.`);
    if (isRefusal(found)) return found;
    const { record } = found;
    const states = itemStates(record);
    const items = planned(record).items.map((item) => ({
      ...item,
      externalIds: [...item.externalIds],
      state: states.get(item.resource) ?? ("waiting" as const),
    }));
    return { reply: { ...viewPlan(record, { now }), items, facts: record.facts.map(viewFact) } };
  },
});
