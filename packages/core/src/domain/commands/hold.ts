import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { withDecision } from "../decision.ts";
import { formatInstant, parseInstant } from "../instant.ts";
import { openClaim } from "../reclaim/claims.ts";
import { factsOf, type Resource } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, Instant, idOf, Shape, Text } from "../shapes.ts";
import { noResource } from "../tombstone.ts";
import { resourceKey } from "../view.ts";

/** Carries no version: nothing that may have happened since makes it wrong to keep one's hands off. */
export const hold = command({
  name: "hold",
  summary: "Hands off it until then.",
  route: "POST /v1/resources/{id}/holds",
  role: "decide",
  input: Shape({
    id: Id,
    hold: idOf("the hold"),
    until: Instant,
    reason: Text,
    at: Type.Optional(Instant),
  }),
  reply: Shape({
    id: Id,
    hold: Id,
    reclaim: Type.Optional(
      Shape(
        { code: Type.Literal("reclaim-in-progress"), claim: Type.Integer(), since: Instant },
        { description: "drett is about to free it: the hold may have come too late" },
      ),
    ),
  }),
  refusals: ["unknown-resource", "pruned", "id-used", "until-passed"],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, hold: named, until: end, reason, at }, context) {
    const hold = named ?? context.newId();
    const known = view.resource(id);
    if (!known) return noResource(view, id);
    const until = parseInstant(end);
    const answer = present({ id, hold, reclaim: reclaimOf(known, context.now) });
    const earlier = factsOf(known, "held").find((fact) => fact.hold === hold);
    if (earlier) {
      const isReplay = earlier.until === until && earlier.reason === reason;
      return isReplay ? accept(answer) : refuse("id-used", `${hold} is another hold on ${id}.`);
    }
    const told = parseInstant(at);
    if (until <= Math.min(told ?? context.now, context.now)) {
      return refuse("until-passed", "/until has passed already.", { pointer: "/until" });
    }
    return accept(answer, withDecision(known, { kind: "held", hold, until, reason }, told, context));
  },
});

/** The hold stands all the same: it keeps off every later attempt, and this one too if it comes in time. */
function reclaimOf(known: Resource, now: number) {
  const claim = openClaim(known, now);
  return (
    claim && {
      code: "reclaim-in-progress" as const,
      claim: claim.claim,
      since: formatInstant(claim.at),
    }
  );
}
