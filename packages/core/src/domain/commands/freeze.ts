import { Type } from "typebox";
import { accept, command, create } from "../command.ts";
import { parseInstant } from "../instant.ts";
import { frozen } from "../reclaim/freeze.ts";
import { newFreeze, withReport } from "../record.ts";
import { refuse } from "../refusal.ts";
import { present } from "../registration.ts";
import { Id, Instant, idOf, Shape, Text } from "../shapes.ts";
import { freezeKey } from "../view.ts";

/** The red button. What is being deleted already cannot be called back; nothing new begins. */
export const freeze = command({
  name: "freeze",
  summary: "Free nothing for now.",
  route: "POST /v1/freezes",
  role: "decide",
  input: Shape({
    id: idOf("the freeze"),
    reason: Text,
    until: Type.Optional(Instant),
    at: Type.Optional(Instant),
  }),
  reply: Shape({ id: Id }),
  creates: true,
  refusals: ["id-used", "until-passed"],

  keys: ({ id }) => (id === undefined ? [] : [freezeKey(id)]),

  decide(view, { id: chosen, reason, until: end, at }, context) {
    const id = chosen ?? context.newId();
    const until = parseInstant(end);
    const known = view.freeze(id);
    if (known) {
      const first = frozen(known);
      const isSame = first.cause === "order" && first.reason === reason && first.until === until;
      return isSame ? accept({ id }) : refuse("id-used", `${id} is another freeze.`);
    }
    if (until !== undefined && until <= context.now) {
      return refuse("until-passed", "/until has passed already.", { pointer: "/until" });
    }
    const said = present({ kind: "frozen" as const, cause: "order" as const, reason, until });
    return create({ id }, withReport(newFreeze(id), said, parseInstant(at), context));
  },
});
