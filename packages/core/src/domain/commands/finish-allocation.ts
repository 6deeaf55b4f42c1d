import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, Instant, LIMITS, Shape, Text } from "../shapes.ts";
import { noAllocation } from "../tombstone.ts";
import { allocationKey } from "../view.ts";
import { Registered } from "./register-intent.ts";

/** Writes the allocation alone; what follows for its members, the sweep carries out. */
export const finishAllocation = command({
  name: "finish-allocation",
  summary: "All of it is there, or it did not come about.",
  route: "POST /v1/allocations/{id}/finish",
  role: "report",
  input: Shape({
    id: Id,
    outcome: Type.Union([Type.Literal("done"), Type.Literal("failed")]),
    reason: Type.Optional(Text),
    at: Type.Optional(Instant),
  }),
  reply: Registered,
  refusals: ["unknown-allocation", "pruned", "too-many-facts"],

  keys: ({ id }) => [allocationKey(id)],

  decide(view, { id, outcome, reason, at }, context) {
    const known = view.allocation(id);
    if (!known) return noAllocation(view, id);
    const said = present({ kind: outcome, reason });
    const told = withReport(known, said, parseInstant(at), context);
    if (told !== known && known.facts.length >= LIMITS.factsPerRecord) {
      return refuse("too-many-facts", `${id} has ${known.facts.length} facts already.`);
    }
    return accept({ id }, told);
  },
});
