import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { withReport } from "../record.ts";
import { Id, Shape, Text } from "../shapes.ts";
import { resourceKey } from "../view.ts";

/** What a look at the provider came to. */
export const recordSighting = command({
  name: "record-sighting",
  summary: "I have looked at the provider.",
  role: "admin",
  input: Shape({
    id: Id,
    provider: Text,
    seen: Type.Union([
      Shape({ kind: Type.Literal("seen"), externalId: Text }),
      Shape({ kind: Type.Literal("seen-gone"), externalId: Text }),
      Shape({ kind: Type.Literal("not-found") }),
    ]),
    /** When it was looked. */
    at: Type.Integer(),
  }),
  reply: Shape({}),
  refusals: [],

  keys: ({ id }) => [resourceKey(id)],

  decide(view, { id, provider, seen, at }, context) {
    const known = view.resource(id);
    return known ? accept({}, withReport(known, { ...seen, provider }, at, context)) : accept({});
  },
});
