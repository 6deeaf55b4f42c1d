import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { newPlan, withReport } from "../record.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { planKey } from "../view.ts";

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
  reply: Shape({ id: Id }),
  refusals: [],

  keys: ({ id }) => [planKey(id)],

  decide(view, { id, ...said }, context) {
    if (view.plan(id)) return accept({ id });
    return accept({ id }, withReport(newPlan(id), { kind: "planned", ...said }, context.now, context));
  },
});
