import { accept, command } from "../command.ts";
import { openLapseOf, stateOfSession } from "../derive-session.ts";
import { tag } from "../indexed.ts";
import { withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, LIMITS, Shape } from "../shapes.ts";
import { noSession } from "../tombstone.ts";
import { sessionKey, tagKey } from "../view.ts";
import { lostIn } from "../watching.ts";
import { Heard, replyOf } from "./heartbeat.ts";

/** One that had lapsed is heard again: it gets back what nobody has claimed since. Writes the session alone. */
export const recoverSession = command({
  name: "recover-session",
  summary: "It is heard again.",
  role: "admin",
  input: Shape({ id: Id }),
  reply: Heard,
  refusals: ["unknown-session", "pruned", "session-closed", "too-many-facts"],

  keys: ({ id }) => [sessionKey(id), tagKey(tag.session(id))],

  decide(view, { id }, context) {
    const known = view.session(id);
    if (!known) return noSession(view, id);
    if (stateOfSession(known) === "closed") return refuse("session-closed", `${id} was closed.`);
    const lapse = openLapseOf(known);
    if (!lapse) return accept(replyOf(known));
    if (known.facts.length >= LIMITS.factsPerRecord) {
      return refuse("too-many-facts", `${id} has lapsed ${lapse.lapse} times: open a new session.`);
    }
    const lost = view.resourcesTagged(tag.session(id)).flatMap((resource) => lostIn(resource) ?? []);
    const said = { kind: "recovered" as const, lapse: lapse.lapse, ...(lost.length > 0 && { lost }) };
    const recovered = withReport(known, said, undefined, context);
    return accept(replyOf(recovered), recovered);
  },
});
