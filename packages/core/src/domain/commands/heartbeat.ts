import { type Static, Type } from "typebox";
import { accept, command } from "../command.ts";
import { lostBy, opened, SESSION_STATES, stateOfSession } from "../derive-session.ts";
import { formatInstant } from "../instant.ts";
import type { Session } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, Instant, SessionSeconds, Shape, Text } from "../shapes.ts";
import { noSession } from "../tombstone.ts";
import { sessionKey } from "../view.ts";

export const Heard = Shape({
  id: Id,
  application: Text,
  state: Type.Enum([...SESSION_STATES]),
  ttlSeconds: SessionSeconds,
  lost: Type.Array(
    Shape({
      code: Type.Enum(["claimed", "reclaim-in-progress"]),
      resource: Id,
      claim: Type.Integer({ minimum: 0 }),
      since: Instant,
    }),
    { description: "what was claimed to be freed after the session had lapsed: it is not yours any more" },
  ),
});

/**
 * No fact, and no write: that it was heard stays in memory until the next flush. This is what is asked of the record
 * where memory does not know the session; one that has lapsed is recovered then.
 */
export const heartbeat = command({
  name: "heartbeat",
  summary: "I still run.",
  route: "POST /v1/sessions/{id}/heartbeat",
  role: "report",
  input: Shape({ id: Id }),
  reply: Heard,
  refusals: ["unknown-session", "pruned", "session-closed", "no-sessions"],

  keys: ({ id }) => [sessionKey(id)],

  decide(view, { id }) {
    const known = view.session(id);
    if (!known) return noSession(view, id);
    if (stateOfSession(known) === "closed") return refuse("session-closed", `${id} was closed.`);
    return accept(replyOf(known));
  },
});

/** What its engine is told. */
export const replyOf = (session: Session): Static<typeof Heard> => ({
  id: session.id,
  application: opened(session).application,
  state: stateOfSession(session),
  ttlSeconds: opened(session).ttlSeconds,
  lost: lostBy(session).map(({ resource, claim, since, inProgress }) => ({
    code: inProgress ? ("reclaim-in-progress" as const) : ("claimed" as const),
    resource,
    claim,
    since: formatInstant(since),
  })),
});
