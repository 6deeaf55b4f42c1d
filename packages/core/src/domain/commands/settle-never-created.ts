import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { policyFor } from "../policy.ts";
import { isProvenNeverCreated } from "../reclaim/proof.ts";
import { SETTLE_SECONDS } from "../reclaim/reclaim-defaults.ts";
import { describe, withReport } from "../record.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey } from "../view.ts";

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
