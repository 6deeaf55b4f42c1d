import { command } from "../command.ts";
import { Decided, deciding } from "../decision.ts";
import { followsFrom, openLapseOf, stateOfSession } from "../derive-session.ts";
import { decideOnGroup, GROUP_DECISION_REFUSALS } from "../group-decision.ts";
import type { Session } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Shape } from "../shapes.ts";
import { noSession } from "../tombstone.ts";
import { sessionKey } from "../view.ts";

/** Where many fell silent at once: that this one is dead indeed, and what follows need not wait. */
export const confirmLapsed = command({
  name: "confirm-lapsed",
  summary: "I have looked: its engine does not run any more.",
  route: "POST /v1/sessions/{id}/confirm-lapsed",
  role: "decide",
  input: Shape(deciding),
  reply: Decided,
  refusals: ["unknown-session", ...GROUP_DECISION_REFUSALS],

  keys: ({ id }) => [sessionKey(id)],

  decide(view, deciding, context) {
    const known = view.session(deciding.id);
    if (!known) return noSession(view, deciding.id);
    const lapse = openLapseOf(known)?.lapse ?? 0;
    const forbidden = () => notWaiting(known, context.now);
    const said = { kind: "confirmed-lapsed" as const, lapse };
    return decideOnGroup(known, deciding, said, context, { outlookOf, forbidden });
  },
});

const outlookOf = (session: Session) => `${stateOfSession(session)} ${openLapseOf(session)?.lapse}`;

function notWaiting(known: Session, now: number) {
  const state = stateOfSession(known);
  const lapse = openLapseOf(known);
  if (state === "lapsed" && lapse && followsFrom(known, lapse) > now) return undefined;
  return refuse("not-in-this-state", `${known.id} is ${state}, and nothing waits for a word on it.`, {
    state,
  });
}
