import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { type Resource, withReport } from "../record.ts";
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
      /** All that were found: one that is recorded alone would keep the others from being looked for. */
      Shape({ kind: Type.Literal("seen"), externalIds: Type.Array(Text) }),
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
    if (!known) return accept({});
    const said =
      seen.kind === "seen"
        ? seen.externalIds.map((externalId) => ({ kind: seen.kind, externalId, provider }))
        : [{ ...seen, provider }];
    const seeing = (record: Resource, fact: (typeof said)[number]) => withReport(record, fact, at, context);
    return accept({}, said.reduce(seeing, known));
  },
});
