import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { asSeen, changedSince, Version, withDecision } from "../decision.ts";
import { parseInstant } from "../instant.ts";
import { factsOf } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { noResource } from "../tombstone.ts";
import { resourceKey } from "../view.ts";

/**
 * Lifts the one hold that it names; others stand. Carries the version, for it may let others touch what it was not.
 * A hold is lifted once: whoever says so again changes nothing.
 */
export const unhold = command({
  name: "unhold",
  summary: "This hold on it is lifted.",
  route: "POST /v1/resources/{id}/unhold",
  role: "decide",
  input: Shape({ id: Id, seen: Version, hold: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Shape({ id: Id, hold: Id }),
  refusals: ["unknown-resource", "pruned", "unknown-hold", "changed-since"],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, seen, hold, reason, at }, context) {
    const known = view.resource(id);
    if (!known) return noResource(view, id);
    if (factsOf(known, "unheld").some((fact) => fact.hold === hold)) return accept({ id, hold });
    const changed = changedSince(known, seen);
    if (changed) return changed;
    if (!factsOf(asSeen(known, seen), "held").some((fact) => fact.hold === hold)) {
      return refuse("unknown-hold", `There is no hold ${hold} on ${id}, or you had not seen it.`);
    }
    const lifted = { kind: "unheld" as const, hold, reason };
    return accept({ id, hold }, withDecision(known, lifted, parseInstant(at), context));
  },
});
