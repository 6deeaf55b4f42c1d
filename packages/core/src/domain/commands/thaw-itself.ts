import { accept, command } from "../command.ts";
import { deriveFreeze } from "../reclaim/freeze.ts";
import { withReport } from "../record.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { freezeKey } from "../view.ts";

/** What drett itself has frozen goes on, since the cause is gone. */
export const thawItself = command({
  name: "thaw-itself",
  summary: "The cause of the freeze is gone.",
  role: "admin",
  input: Shape({ id: Id, reason: Text }),
  reply: Shape({ id: Id }),
  refusals: [],

  keys: ({ id }) => [freezeKey(id)],

  decide(view, { id, reason }, context) {
    const known = view.freeze(id);
    if (!known || deriveFreeze(known, context.now).state === "over") return accept({ id });
    return accept({ id }, withReport(known, { kind: "thawed", reason }, context.now, context));
  },
});
