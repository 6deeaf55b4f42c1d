import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { lapsesOf, stateOfSession } from "../derive-session.ts";
import { withReport } from "../record.ts";
import { present } from "../registration.ts";
import { Id, Shape } from "../shapes.ts";
import { sessionKey } from "../view.ts";

/** drett could hear, and did not hear it for its whole TTL. Writes the session alone. */
export const lapseSession = command({
  name: "lapse-session",
  summary: "It was not heard for its whole TTL.",
  role: "admin",
  input: Shape({
    id: Id,
    heard: Type.Optional(Type.Integer()),
    together: Type.Optional(Shape({ silent: Type.Integer(), of: Type.Integer() })),
    until: Type.Optional(Type.Integer()),
    /** How many facts it had when it was found silent: with another one, it was not. */
    facts: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  reply: Shape({}),
  refusals: [],

  keys: ({ id }) => [sessionKey(id)],

  decide(view, { id, facts, ...circumstances }, context) {
    const known = view.session(id);
    if (!known || stateOfSession(known) !== "open") return accept({});
    if (facts !== undefined && facts !== known.facts.length) return accept({});
    const said = present({ kind: "lapsed" as const, lapse: lapsesOf(known) + 1, ...circumstances });
    return accept({}, withReport(known, said, undefined, context));
  },
});
