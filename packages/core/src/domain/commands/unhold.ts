import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { withDecision } from "../decision.ts";
import { parseInstant } from "../instant.ts";
import { factsOf } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** Lifts the one hold that it names; others stand. A hold is lifted once: whoever says so again changes nothing. */
export const unhold = command({
  name: "unhold",
  summary: "This hold on it is lifted.",
  route: "POST /v1/resources/{id}/unhold",
  input: Shape({ id: Id, hold: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Shape({ id: Id, hold: Id }),
  refusals: ["unknown-resource", "unknown-hold"],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, hold, reason, at }, context) {
    const known = view.resource(id);
    if (!known) return refuse("unknown-resource", `No resource ${id} is registered.`);
    if (!factsOf(known, "held").some((fact) => fact.hold === hold)) {
      return refuse("unknown-hold", `There is no hold ${hold} on ${id}.`);
    }
    if (factsOf(known, "unheld").some((fact) => fact.hold === hold)) return accept({ id, hold });
    return accept(
      { id, hold },
      withDecision(known, { kind: "unheld", hold, reason }, parseInstant(at), context),
    );
  },
});
