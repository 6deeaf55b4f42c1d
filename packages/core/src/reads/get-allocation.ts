import { Type } from "typebox";
import { isRefusal } from "../domain/command.ts";
import type { Allocation } from "../domain/record.ts";
import { refuse } from "../domain/refusal.ts";
import { Id, Shape } from "../domain/shapes.ts";
import { read } from "./read.ts";
import { find } from "./records.ts";
import { AllocationView, viewAllocation } from "./views/allocation.ts";
import { FactView, viewFact } from "./views/fact.ts";

export const getAllocation = read({
  name: "get-allocation",
  summary: "One allocation and all its facts; its members are GET /v1/resources?allocation={id}.",
  route: "GET /v1/allocations/{id}",
  role: "read",
  input: Shape({ id: Id }),
  reply: Shape({ ...AllocationView.properties, facts: Type.Array(FactView) }),
  refusals: ["unknown-allocation", "pruned"],

  async answer({ id }, { store, now, defaults }) {
    const found = await find<Allocation>(store, { kind: "allocation", id });
    if (!found) return refuse("unknown-allocation", `No allocation ${id} has begun.`);
    if (isRefusal(found)) return found;
    return {
      reply: { ...viewAllocation(found, { now, defaults }), facts: found.record.facts.map(viewFact) },
    };
  },
});
