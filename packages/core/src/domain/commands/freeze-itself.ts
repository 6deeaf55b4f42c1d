import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { FREEZE_CAUSES } from "../reclaim/freeze.ts";
import { newFreeze, withReport } from "../record.ts";
import { present } from "../registration.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { freezeKey } from "../view.ts";

/** drett itself stops, because something is not as it should be. */
export const freezeItself = command({
  name: "freeze-itself",
  summary: "Nothing is freed until somebody has looked.",
  role: "admin",
  input: Shape({
    id: Id,
    cause: Type.Enum(FREEZE_CAUSES.filter((cause) => cause !== "order")),
    reason: Text,
    policy: Type.Optional(Id),
    until: Type.Optional(Type.Integer()),
  }),
  reply: Shape({ id: Id }),
  refusals: [],

  keys: ({ id }) => [freezeKey(id)],

  decide(view, { id, ...said }, context) {
    if (view.freeze(id)) return accept({ id });
    const told = present({ kind: "frozen" as const, ...said });
    return accept({ id }, withReport(newFreeze(id), told, context.now, context));
  },
});
