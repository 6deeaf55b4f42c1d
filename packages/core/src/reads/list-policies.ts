import { Type } from "typebox";
import { formatInstant } from "../domain/instant.ts";
import { Instant, Shape } from "../domain/shapes.ts";
import { PolicyView, viewPolicy } from "./get-policy.ts";
import { read } from "./read.ts";

/** Whoever is kept to some applications gets an empty list: a policy may name what belongs to others. */
export const listPolicies = read({
  name: "list-policies",
  summary: "The policies of this server; of those that match, the first counts.",
  route: "GET /v1/policies",
  role: "admin",
  input: Shape({}),
  reply: Shape({ items: Type.Array(PolicyView), now: Instant }),
  refusals: [],

  async answer(_, { store, whole, defaults, now }) {
    const policies = store === whole ? defaults.reclaim.policies : [];
    return { reply: { items: policies.map(viewPolicy), now: formatInstant(now) } };
  },
});
