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
  }),
  reply: Shape({}),
  refusals: [],

  keys: ({ id }) => [sessionKey(id)],

  decide(view, { id, ...circumstances }, context) {
    const known = view.session(id);
    if (!known || stateOfSession(known) !== "open") return accept({});
    const said = present({ kind: "lapsed" as const, lapse: lapsesOf(known) + 1, ...circumstances });
    return accept({}, withReport(known, said, undefined, context));
  },
});
