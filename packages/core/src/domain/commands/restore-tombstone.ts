import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { RECORD_KINDS } from "../record.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { recordIn } from "../view.ts";

/** From a backup or another store: the id stays used for as long as it would have been there. */
export const restoreTombstone = command({
  name: "restore-tombstone",
  summary: "This id was used, and its record was pruned.",
  role: "admin",
  input: Shape({
    kind: Type.Enum([...RECORD_KINDS]),
    id: Id,
    application: Text,
    state: Text,
    closed: Type.Integer(),
    until: Type.Integer(),
  }),
  /** `differs`: the record itself is here, and stays. */
  reply: Shape({
    outcome: Type.Union([Type.Literal("added"), Type.Literal("same"), Type.Literal("differs")]),
  }),
  refusals: [],

  keys: ({ kind, id }) => [{ kind, id }],

  decide(view, tombstone) {
    const { kind, id } = tombstone;
    if (view.tombstone(kind, id)) return accept({ outcome: "same" as const });
    if (recordIn(view, tombstone)) return accept({ outcome: "differs" as const });
    return { ...accept({ outcome: "added" as const }), buried: tombstone };
  },
});
