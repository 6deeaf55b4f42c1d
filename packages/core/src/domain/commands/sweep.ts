import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { RECORD_KINDS } from "../record.ts";
import { Id, Shape } from "../shapes.ts";
import { recordIn } from "../view.ts";

/** Looks at a record that is due: no fact is added, its findings and its next due time are derived anew. */
export const sweep = command({
  name: "sweep",
  summary: "Look at what is due.",
  role: "admin",
  input: Shape({
    kind: Type.Enum([...RECORD_KINDS]),
    id: Id,
    /** How many facts its members were looked at by: with more of them, it stays due. */
    facts: Type.Optional(Type.Integer({ minimum: 0 })),
  }),
  reply: Shape({}),
  refusals: [],

  keys: ({ kind, id }) => [{ kind, id }],

  decide(view, { kind, id, facts }) {
    const record = recordIn(view, { kind, id });
    const isKnown = record && (facts === undefined || facts === record.facts.length);
    return isKnown ? { ...accept({}), lookedAt: record } : accept({});
  },
});
