import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { stateOfSession } from "../derive-session.ts";
import { parseInstant } from "../instant.ts";
import { withReport } from "../record.ts";
import { present } from "../registration.ts";
import { Id, Instant, Shape, Text } from "../shapes.ts";
import { noSession } from "../tombstone.ts";
import { sessionKey } from "../view.ts";

/** Writes the session alone; what follows for its resources, the sweep carries out. */
export const closeSession = command({
  name: "close-session",
  summary: "I end in order.",
  route: "POST /v1/sessions/{id}/close",
  role: "report",
  input: Shape({ id: Id, reason: Type.Optional(Text), at: Type.Optional(Instant) }),
  reply: Shape({ id: Id }),
  refusals: ["unknown-session", "pruned"],

  keys: ({ id }) => [sessionKey(id)],

  decide(view, { id, reason, at }, context) {
    const known = view.session(id);
    if (!known) return noSession(view, id);
    // It ends once; whoever says so again says nothing new.
    if (stateOfSession(known) === "closed") return accept({ id });
    const said = present({ kind: "closed" as const, reason });
    return accept({ id }, withReport(known, said, parseInstant(at), context));
  },
});
