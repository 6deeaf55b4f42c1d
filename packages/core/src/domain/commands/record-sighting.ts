import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { policyFor } from "../policy.ts";
import { isProvenNeverCreated } from "../reclaim/proof.ts";
import { SETTLE_SECONDS } from "../reclaim/reclaim-defaults.ts";
import { describe, withReport } from "../record.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** What a look at the provider came to. */
export const recordSighting = command({
  name: "record-sighting",
  summary: "I have looked at the provider.",
  role: "admin",
  input: Shape({
    id: Id,
    provider: Text,
    seen: Type.Union([
      Shape({ kind: Type.Literal("seen"), externalId: Text }),
      Shape({ kind: Type.Literal("seen-gone"), externalId: Text }),
      Shape({ kind: Type.Literal("not-found") }),
    ]),
    /** When it was looked. */
    at: Type.Integer(),
  }),
  reply: Shape({}),
  refusals: [],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, provider, seen, at }, context) {
    const known = view.resource(id);
    return known ? accept({}, withReport(known, { ...seen, provider }, at, context)) : accept({});
  },
});

/** Nothing came of it, as two searches prove: where a policy lets drett close what it can prove. */
export const settleNeverCreated = command({
  name: "settle-never-created",
  summary: "Two searches have found nothing of it.",
  role: "admin",
  input: Shape({ id: Id }),
  reply: Shape({ settled: Type.Boolean() }),
  refusals: [],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id }, context) {
    const known = view.resource(id);
    const policy = known && policyFor(context.defaults.reclaim.policies, describe(known));
    const settleSeconds = policy?.settleSeconds ?? SETTLE_SECONDS;
    if (!known || !policy?.settlesNeverCreated || !isProvenNeverCreated(known, settleSeconds)) {
      return accept({ settled: false });
    }
    const said = { kind: "proven-never-created" as const, externalIds: [] };
    return accept({ settled: true }, withReport(known, said, context.now, context));
  },
});
