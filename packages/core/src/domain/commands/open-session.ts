import { Type } from "typebox";
import { accept, command, create } from "../command.ts";
import { opened, stateOfSession } from "../derive-session.ts";
import { isRepeated } from "../fact.ts";
import { parseInstant } from "../instant.ts";
import { heardBefore, newSession, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, opening, Shape, Text } from "../shapes.ts";
import { sessionKey } from "../view.ts";

/** One for each engine process; it covers all that names it. */
export const openSession = command({
  name: "open-session",
  summary: "I run, and you will hear of me.",
  route: "POST /v1/sessions",
  role: "report",
  input: Shape({
    id: Type.Optional(Id),
    application: Text,
    module: Text,
    ...opening,
  }),
  reply: Shape({ id: Id }),
  creates: true,
  refusals: ["id-used", "no-sessions"],

  keys: ({ id }) => (id === undefined ? [] : [sessionKey(id)]),

  decide(view, { id: chosen, at: told, ...plan }, context) {
    const id = chosen ?? context.newId();
    const at = parseInstant(told);
    const said = present({ kind: "opened" as const, ...plan });
    const known = view.session(id);
    if (view.tombstone("session", id)) return refuse("id-used", `${id} was opened, and was pruned since.`);
    if (!known) return create({ id }, withReport(newSession(id), said, at, context));
    const isSame = isRepeated(opened(known), said, at);
    const isRetry =
      at !== undefined ||
      opened(known).arrival === context.now ||
      stateOfSession(heardBefore(known, context.now)) === "open";
    return isSame && isRetry
      ? accept({ id })
      : refuse("id-used", `${id} was opened before, with other content or at another time.`);
  },
});
