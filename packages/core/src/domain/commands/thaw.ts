import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { deriveFreeze, frozen } from "../reclaim/freeze.ts";
import { withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { noFreeze } from "../tombstone.ts";
import { freezeKey } from "../view.ts";

/** But for the spent budget of a policy that there is: it would be found spent again at once. */
export const thaw = command({
  name: "thaw",
  summary: "What was frozen may go on.",
  route: "POST /v1/freezes/{id}/thaw",
  role: "decide",
  input: Shape({ id: Id, reason: Text, at: Type.Optional(Instant) }),
  reply: Shape({ id: Id }),
  refusals: ["unknown-freeze", "pruned", "not-in-this-state"],

  keys: ({ id }) => [freezeKey(id)],

  decide(view, { id, reason, at }, context) {
    const known = view.freeze(id);
    if (!known) return noFreeze(view, id);
    if (deriveFreeze(known, context.now).state === "over") return accept({ id });
    const { cause, policy } = frozen(known);
    if (cause === "budget" && context.defaults.reclaim.policies.some(({ name }) => name === policy)) {
      const detail = `${id} ends once what the policy ${policy} is to free fits its budget: raise that, or order what is lost.`;
      return refuse("not-in-this-state", detail, { state: "frozen" });
    }
    return accept({ id }, withReport(known, { kind: "thawed", reason }, parseInstant(at), context));
  },
});
