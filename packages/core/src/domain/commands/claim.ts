import { Type } from "typebox";
import { accept, type Context, command } from "../command.ts";
import { after } from "../defaults.ts";
import { tag } from "../indexed.ts";
import { hasNoEnd, lastClaim } from "../reclaim/claims.ts";
import { ancestorsOf } from "../reclaim/family.ts";
import { outlookOf } from "../reclaim/outlook.ts";
import { attemptsFor } from "../reclaim/terms.ts";
import { describe, factsOf, type Resource, withReport } from "../record.ts";
import { present } from "../registration.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey, sessionKey, tagKey, type View } from "../view.ts";

/**
 * The exclusive right to try to free it, until the attempt's time is over. It writes the session, too, though nothing
 * changes there: a heartbeat on another server, which takes the session for its own again, then cannot miss the claim.
 */
export const claim = command({
  name: "claim",
  summary: "I am about to free it.",
  role: "admin",
  input: Shape({
    id: Id,
    session: Type.Optional(Id),
    /** Those that may be its parents in a circle. */
    ancestors: Type.Optional(Type.Array(Id)),
    /** Its own id: asked again, it is the same claim. */
    attempt: Id,
  }),
  reply: Shape({
    /** Absent where something stands in the way. */
    claim: Type.Optional(Type.Integer()),
    until: Type.Optional(Type.Integer()),
    obstacles: Type.Array(Shape({ code: Type.String(), says: Type.String() })),
  }),
  refusals: [],

  keys: ({ id, session, ancestors = [] }) => [
    resourceKey(id),
    ...ancestors.map((ancestor) => resourceKey(ancestor)),
    tagKey(tag.parent(id)),
    ...(session === undefined ? [] : [sessionKey(session)]),
  ],

  decide(view, { id, session: named, attempt }, context) {
    const known = view.resource(id);
    if (!known || describe(known).session !== named) {
      return accept({ obstacles: [{ code: "not-due", says: "It is not what it was." }] });
    }
    const mine = factsOf(known, "claimed").find((fact) => fact.attempt === attempt);
    const outlook = outlookOn(view, known, context, mine?.claim);
    if (outlook.obstacles.length > 0) {
      const obstacles = outlook.obstacles.map(({ code, says }) => ({ code, says }));
      if (!mine || !hasNoEnd(known, mine)) return accept({ obstacles });
      // Half of the last try was written: the claim is there, and its engine was told that it has lost nothing.
      const reason = obstacles.map(({ says }) => says).join(" ");
      const said = { kind: "claim-withdrawn" as const, claim: mine.claim, reason };
      return accept({ obstacles }, withReport(known, said, context.now, context));
    }
    if (mine) return accept({ claim: mine.claim, until: mine.until, obstacles: [] });
    const number = (lastClaim(known)?.claim ?? 0) + 1;
    const until = after(context.now, attemptsFor(known, context.defaults).limitSeconds);
    const { because, policy } = outlook;
    const said = present({
      kind: "claimed" as const,
      claim: number,
      until,
      attempt,
      because,
      policy: policy?.name,
    });
    const session = named === undefined ? undefined : view.session(named);
    return {
      ...accept({ claim: number, until, obstacles: [] }, withReport(known, said, context.now, context)),
      ...(session && { touched: session }),
    };
  },
});

/** Freezes and plans are looked at by whoever claims, before and after: they are in no key. */
function outlookOn(view: View, known: Resource, { now, defaults }: Context, claimed: number | undefined) {
  const { allocation, session } = describe(known);
  return outlookOf(known, {
    now,
    defaults,
    allocation: allocation === undefined ? undefined : view.allocation(allocation),
    session: session === undefined ? undefined : view.session(session),
    children: view.resourcesTagged(tag.parent(known.id)),
    ancestors: ancestorsOf(known, (id) => view.resource(id)),
    freezes: [],
    isPlanStanding: () => true,
    claim: claimed,
  });
}
