import type { Static } from "typebox";
import { accept, type Context, type Decision } from "./command.ts";
import { type Decided, type Deciding, decidedBefore, stampAfter } from "./decision.ts";
import type { AllocationDecision, SessionDecision } from "./fact.ts";
import { parseInstant } from "./instant.ts";
import type { Allocation, Record, Session } from "./record.ts";
import { type Refusal, type RefusalCode, refuse } from "./refusal.ts";

export const GROUP_DECISION_REFUSALS = [
  "pruned",
  "id-used",
  "changed-since",
  "not-in-this-state",
] as const satisfies RefusalCode[];

type WithoutDeciding<D> = D extends unknown ? Omit<D, "decision" | "reason"> : never;

/**
 * Adds the word of a person to an allocation or a session. Few facts as those have, each new one that is no repetition
 * matters: `outlookOf` tells one from the other. `forbidden` is what speaks against it as it stands.
 */
export function decideOnGroup<R extends Allocation | Session>(
  known: R,
  { id, seen, reason, decision: named, at }: Deciding,
  said: WithoutDeciding<AllocationDecision | SessionDecision>,
  context: Context,
  {
    outlookOf,
    forbidden,
  }: { outlookOf: (record: R) => string; forbidden: (known: R) => Refusal | undefined },
): Decision<Static<typeof Decided>> {
  const word = { ...said, reason, decision: named ?? context.newId() };
  const before = decidedBefore(known, word);
  if (before) return before;
  const version = known.facts.length;
  const saw = { ...known, facts: known.facts.slice(0, seen) };
  if (seen > version || outlookOf(saw) !== outlookOf(known)) {
    const detail = `${id} has version ${version}, you saw ${seen}, and what came since matters.`;
    return refuse("changed-since", detail, { version });
  }
  const refusal = forbidden(known);
  if (refusal) return refusal;
  const fact = stampAfter(saw, word as AllocationDecision | SessionDecision, parseInstant(at), context);
  return accept({ id, decision: word.decision }, { ...known, facts: [...known.facts, fact] } as Record);
}
