import { Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import { Instant, Shape } from "../domain/shapes.ts";
import { PolicyView, viewPolicy } from "./get-policy.ts";
import { read } from "./read.ts";

export const listPolicies = read({
  name: "list-policies",
  summary: "The policies of this server; of those that match, the first counts.",
  route: "GET /v1/policies",
  role: "admin",
  input: Shape({}),
  reply: Shape({ items: Type.Array(PolicyView), now: Instant }),
  refusals: [],

  async answer(_, { defaults, now }) {
    return { reply: { items: defaults.reclaim.policies.map(viewPolicy), now: formatInstant(now) } };
  },
});
