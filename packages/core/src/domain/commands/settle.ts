import { Type } from "typebox";
import { accept, type Context, command } from "../command.ts";
import { liveExternalIds } from "../existence.ts";
import type { ResourceReclaim } from "../fact.ts";
import { type Claim, failuresIn, hasNoEnd, lastClaim } from "../reclaim/claims.ts";
import { isAhead, isProvenGone } from "../reclaim/proof.ts";
import { servedBy } from "../reclaim/served.ts";
import { attemptsFor, settleSecondsFor } from "../reclaim/terms.ts";
import { describe, type Resource, withReport } from "../record.ts";
import { present } from "../registration.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** What came of a claim. Whoever has lost his claim by now settles nothing. */
export const settle = command({
  name: "settle",
  summary: "What came of the attempt to free it.",
  role: "admin",
  input: Shape({
    id: Id,
    claim: Type.Integer(),
    /** `denied`: trying again helps nobody. */
    outcome: Type.Enum(["gone", "failed", "denied", "withdrawn"]),
    /** In the provider's own words. */
    reason: Type.Optional(Type.String()),
    until: Type.Optional(Type.Integer()),
  }),
  reply: Shape({ settled: Type.Boolean() }),
  refusals: [],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, claim: number, outcome, reason = "no reason given", until }, context) {
    const known = view.resource(id);
    const claim = known && lastClaim(known);
    if (!known || claim?.claim !== number || !hasNoEnd(known, claim)) return accept({ settled: false });
    const settled = (said: ResourceReclaim) =>
      accept({ settled: true }, withReport(known, said, context.now, context));
    switch (outcome) {
      case "gone": {
        const settleSeconds = settleSecondsFor(known, context.defaults);
        const provider = servedBy(context.defaults.reclaim.served, describe(known));
        if (isAhead(known, context.now) || !isProvenGone(known, settleSeconds, provider)) {
          return accept({ settled: false });
        }
        const externalIds = liveExternalIds(known).toSorted();
        return settled({ kind: "proven-gone", claim: number, externalIds });
      }
      case "withdrawn":
        return settled({ kind: "claim-withdrawn", claim: number, reason });
      case "failed":
      case "denied": {
        const isStuck = outcome === "denied" || isLast(known, claim, context);
        const stuck = isStuck ? (true as const) : undefined;
        return settled(present({ kind: "reclaim-failed" as const, claim: number, reason, stuck, until }));
      }
    }
  },
});

/** Where its own time is over, the claim is among the failures already. */
function isLast(known: Resource, { claim: number }: Claim, { now, defaults }: Context): boolean {
  const earlier = failuresIn(known, now).filter(({ claim }) => claim !== number);
  return earlier.length + 1 >= attemptsFor(known, defaults).most;
}
