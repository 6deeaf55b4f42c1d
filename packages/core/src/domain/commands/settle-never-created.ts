import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { isLeft } from "../derive-session.ts";
import { policyFor } from "../policy.ts";
import { isAhead, isProvenNeverCreated } from "../reclaim/proof.ts";
import { settleSecondsFor } from "../reclaim/terms.ts";
import { describe, withReport } from "../record.ts";
import { Id, Shape } from "../shapes.ts";
import { resourceKey, sessionKey } from "../view.ts";

/**
 * Nothing came of it, as two searches prove: where a policy lets drett close what it can prove, and no engine lives that
 * may be about to create it.
 */
export const settleNeverCreated = command({
  name: "settle-never-created",
  summary: "Two searches have found nothing of it.",
  role: "admin",
  input: Shape({ id: Id, session: Type.Optional(Id) }),
  reply: Shape({ settled: Type.Boolean() }),
  refusals: [],

  keys: ({ id, session }) => [resourceKey(id), ...(session === undefined ? [] : [sessionKey(session, true)])],

  decide(view, { id, session: named }, context) {
    const known = view.resource(id);
    const policy = known && policyFor(context.defaults.reclaim.policies, describe(known));
    const isProven =
      known &&
      !isAhead(known, context.now) &&
      isProvenNeverCreated(known, settleSecondsFor(known, context.defaults));
    if (!isProven || !policy?.settlesNeverCreated) {
      return accept({ settled: false });
    }
    const session = named === undefined ? undefined : view.session(named);
    if (describe(known).session !== named || (session && !isLeft(session, context.now))) {
      return accept({ settled: false });
    }
    const said = { kind: "proven-never-created" as const, externalIds: [] };
    return accept({ settled: true }, withReport(known, said, context.now, context));
  },
});
