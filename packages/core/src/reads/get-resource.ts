import { Type } from "typebox";
import { isRefusal } from "../domain/command.ts";
import type { Resource } from "../domain/record.ts";
import { refuse } from "../domain/refusal.ts";
import { Id, Shape } from "../domain/shapes.ts";
import { read } from "./read.ts";
import { find } from "./records.ts";
import { FactView, viewFact } from "./views/fact.ts";
import { ResourceView, viewResource } from "./views/resource.ts";

export const getResource = read({
  name: "get-resource",
  summary: "One resource: how it stands, what is wrong, and all its facts.",
  route: "GET /v1/resources/{id}",
  role: "read",
  input: Shape({ id: Id }),
  reply: Shape({ ...ResourceView.properties, facts: Type.Array(FactView) }),
  refusals: ["unknown-resource", "pruned"],

  async answer({ id }, { store, now, defaults }) {
    const found = await find<Resource>(store, { kind: "resource", id });
    if (!found) return refuse("unknown-resource", `No resource ${id} is registered.`);
    if (isRefusal(found)) return found;
    return { reply: { ...viewResource(found, { now, defaults }), facts: found.record.facts.map(viewFact) } };
  },
});
