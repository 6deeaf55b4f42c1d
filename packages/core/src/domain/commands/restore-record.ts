import { Type } from "typebox";
import { applicationOf } from "../caller.ts";
import { accept, command } from "../command.ts";
import type { Fact } from "../fact.ts";
import { tagsOf } from "../indexed.ts";
import { sameJson } from "../json.ts";
import { describe, RECORD_KINDS, type Record } from "../record.ts";
import { refuse } from "../refusal.ts";
import { Id, Shape } from "../shapes.ts";
import { allocationKey, recordIn, resourceKey } from "../view.ts";

/** A fact as it was stamped; the rest of it depends on its kind. */
const Stamped = Type.Object({
  kind: Type.String(),
  at: Type.Integer(),
  arrival: Type.Integer(),
  actor: Type.String(),
});

/** From a backup or another store: its facts keep their times and their actors. */
export const restoreRecord = command({
  name: "restore-record",
  summary: "This record is to be here, with these facts.",
  role: "admin",
  input: Shape({
    kind: Type.Enum([...RECORD_KINDS]),
    id: Id,
    facts: Type.Array(Stamped, { minItems: 1 }),
    /** Where the record is here with other facts: whether it shall have both. */
    merge: Type.Boolean(),
  }),
  reply: Shape({
    outcome: Type.Union([
      Type.Literal("added"),
      Type.Literal("same"),
      Type.Literal("merged"),
      Type.Literal("differs"),
      Type.Literal("pruned"),
    ]),
  }),
  refusals: ["invalid-input"],

  // The allocation, since the findings of its members depend on it.
  keys: ({ kind, id, facts }) =>
    kind === "resource"
      ? [resourceKey(id), ...(facts as Fact[]).flatMap(allocationsNamedIn).map(allocationKey)]
      : [{ kind, id }],

  decide(view, { kind, id, facts, merge }) {
    const told = { kind, id, facts } as unknown as Record;
    if (!saysWhatItIs(told))
      return refuse("invalid-input", `The facts of ${kind} ${id} do not say what it is.`);
    // What this store has pruned, an older copy does not bring back.
    if (view.tombstone(kind, id)) return accept({ outcome: "pruned" as const });
    const known = recordIn(view, told) ?? { ...told, facts: [] };
    if (known.facts.length === 0) return accept({ outcome: "added" as const }, told);
    const news = told.facts.filter((fact) => !known.facts.some((it) => sameJson(it, fact)));
    if (news.length === 0 && known.facts.length === facts.length) return accept({ outcome: "same" as const });
    if (!merge) return accept({ outcome: "differs" as const });
    if (news.length === 0) return accept({ outcome: "same" as const });
    return accept({ outcome: "merged" as const }, { ...known, facts: [...known.facts, ...news] } as Record);
  },
});

const allocationsNamedIn = (fact: Fact): string[] =>
  "about" in fact && fact.about?.allocation !== undefined ? [fact.about.allocation] : [];

/** What lacks this can neither be listed nor found again. */
function saysWhatItIs(record: Record): boolean {
  try {
    return [...textsOf(record), ...tagsOf(record)].every((text) => typeof text === "string");
  } catch {
    return false;
  }
}

function textsOf(record: Record): string[] {
  if (record.kind !== "resource") return [applicationOf(record)];
  const { application, type, owner } = describe(record);
  return [application, type, owner];
}
