import { Type } from "typebox";
import { accept, command } from "../command.ts";
import { indexed, tag } from "../indexed.ts";
import { describe, RECORD_KINDS } from "../record.ts";
import { prunableFrom, tombstoneOf } from "../retention.ts";
import { Id, Shape } from "../shapes.ts";
import { recordIn, tagKey } from "../view.ts";

/** What has been closed for long enough goes, and leaves a tombstone; that goes, too, when its time is over. */
export const prune = command({
  name: "prune",
  summary: "It was closed long ago, and need not be kept.",
  role: "admin",
  input: Shape({
    kind: Type.Enum([...RECORD_KINDS]),
    id: Id,
  }),
  reply: Shape({
    outcome: Type.Union([Type.Literal("pruned"), Type.Literal("cleared"), Type.Literal("kept")]),
  }),
  refusals: [],

  // What a session watches is looked for once more: nobody who registers it waits for the session.
  keys: ({ kind, id }) => [{ kind, id }, ...(kind === "session" ? [tagKey(tag.session(id))] : [])],

  decide(view, { kind, id }, context) {
    const tombstone = view.tombstone(kind, id);
    if (tombstone) {
      if (tombstone.until > context.now) return accept({ outcome: "kept" as const });
      return { ...accept({ outcome: "cleared" as const }), cleared: tombstone };
    }
    const record = recordIn(view, { kind, id });
    if (!record || (kind === "session" && view.resourcesTagged(tag.session(id)).length > 0)) {
      return accept({ outcome: "kept" as const });
    }
    const group = record.kind === "resource" ? describe(record).allocation : undefined;
    const allocation = group === undefined ? undefined : view.allocation(group);
    const from = prunableFrom(record, { ...context, allocation });
    if (from === undefined || from > context.now) return accept({ outcome: "kept" as const });
    const { state, application } = indexed(record, allocation, context);
    const buried = tombstoneOf(record, { application, state }, context);
    return { ...accept({ outcome: "pruned" as const }), buried };
  },
});
