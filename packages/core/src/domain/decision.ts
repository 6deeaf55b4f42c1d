import { type Static, Type } from "typebox";
import { accept, type Context, type Decision } from "./command.ts";
import { externalIds, liveExternalIds } from "./existence.ts";
import { type Fact, type Ms, type ResourceDecision, type Stamp, stamp } from "./fact.ts";
import { parseInstant } from "./instant.ts";
import { sameJson } from "./json.ts";
import { lastClaim } from "./reclaim/claims.ts";
import type { Record, Resource } from "./record.ts";
import { type Refusal, type RefusalCode, refuse } from "./refusal.ts";
import { stateOf } from "./resource-state.ts";
import { Id, Instant, idOf, LIMITS, Shape, Text } from "./shapes.ts";
import { noResource } from "./tombstone.ts";
import type { View } from "./view.ts";

export const Version = Type.Integer({
  minimum: 1,
  description: "the `version` of the record that you saw, 1 or more",
});

/** What every word of a person on how a resource stands carries. */
export const deciding = {
  id: Id,
  seen: Version,
  reason: Text,
  decision: idOf("the decision"),
  at: Type.Optional(Instant),
};
export type Deciding = Static<ReturnType<typeof Shape<typeof deciding>>>;

export const Decided = Shape({ id: Id, decision: Id });

export const DECISION_REFUSALS = [
  "unknown-resource",
  "pruned",
  "id-used",
  "changed-since",
] as const satisfies RefusalCode[];

/** What is decided, without what every decision carries. */
type Said =
  | { readonly kind: "confirmed-exists"; readonly externalId: string }
  | { readonly kind: "confirmed-gone" | "confirmed-never-created" | "forgotten" }
  | { readonly kind: "reclaim-ordered"; readonly plan?: string };

/**
 * Adds the word of a person to the resource, if that still stands as the person saw it and `forbidden` finds nothing
 * against it. Told again by its id it changes nothing and is answered alike, whatever has happened since.
 */
export function decideOn(
  view: View,
  { id, seen, reason, decision: named, at }: Deciding,
  said: Said,
  context: Context,
  forbidden: (known: Resource) => Refusal | undefined = () => undefined,
): Decision<Static<typeof Decided>> {
  const decision = named ?? context.newId();
  const known = view.resource(id);
  if (!known) return noResource(view, id);
  const content = { ...said, reason, decision };
  const before = decidedBefore(known, content);
  if (before) return before;
  const refusal = changedSince(known, seen) ?? forbidden(known);
  if (refusal) return refusal;
  const word = stampAfter(asSeen(known, seen), wordOn(known, seen, content), parseInstant(at), context);
  return accept({ id, decision }, { ...known, facts: [...known.facts, word] });
}

/**
 * A person has decided on what he saw, so it happened after that, though the clock by which it is heard be behind: a word
 * from before it would be accepted, and reach nothing of it. One that is told of an earlier time speaks of that.
 */
export function stampAfter<S extends Parameters<typeof stamp>[0]>(
  seen: Record,
  said: S,
  at: Ms | undefined,
  context: Context,
): S & Stamp {
  const word = stamp(said, at, context);
  if (word.at < context.now) return word;
  return { ...word, at: Math.max(word.at, ...seen.facts.map((fact) => fact.at)) };
}

/** What came of the decision when it was told before; nothing where it is new. */
export function decidedBefore(
  { id, facts }: Record,
  content: { readonly decision: string },
): Decision<Static<typeof Decided>> | undefined {
  const { decision } = content;
  const earlier = facts.find((fact) => "decision" in fact && fact.decision === decision);
  if (!earlier) return undefined;
  return sameJson(contentOf(earlier), content)
    ? accept({ id, decision })
    : refuse("id-used", `${decision} was another decision on ${id}.`);
}

export const withDecision = (
  known: Resource,
  said: ResourceDecision,
  at: Ms | undefined,
  context: Context,
) => ({
  ...known,
  facts: [...known.facts, stamp(said, at, context)],
});

/** A closing word speaks of what its speaker knew: of no other external id, and of nothing that had come since. */
function wordOn(
  known: Resource,
  seen: number,
  said: Said & { reason: string; decision: string },
): ResourceDecision {
  if (said.kind === "confirmed-exists") return said;
  if (said.kind === "reclaim-ordered") {
    const ids = liveExternalIds(asSeen(known, seen)).toSorted();
    return { ...said, externalIds: ids, afterClaim: lastClaim(known)?.claim ?? 0 };
  }
  const ids = externalIds(known).toSorted();
  if (seen === known.facts.length) return { ...said, externalIds: ids };
  const upTo = Math.max(...asSeen(known, seen).facts.map(({ at }) => at));
  return { ...said, externalIds: ids, upTo };
}

/**
 * Only what changed its state or its external ids matters, be it that it has changed back: neither a repetition, nor
 * an extension or a hold.
 */
export function changedSince(known: Resource, seen: number): Refusal | undefined {
  const version = known.facts.length;
  if (seen > version || version - seen > LIMITS.unseenFacts) {
    return refuse("changed-since", `${known.id} has version ${version}, and you saw ${seen}.`, { version });
  }
  const saw = outlookOf(asSeen(known, seen));
  const news = known.facts.find(
    (_, place) => place >= seen && !sameJson(outlookOf(asSeen(known, place + 1)), saw),
  );
  if (!news) return undefined;
  const now = stateOf(known);
  return refuse(
    "changed-since",
    `${known.id} was ${saw.state} when you saw it; since then \`${news.kind}\` was recorded, and it is ${now}.`,
    { version },
  );
}

export const asSeen = (known: Resource, version: number): Resource => ({
  ...known,
  facts: known.facts.slice(0, version),
});

const outlookOf = (resource: Resource) => ({
  state: stateOf(resource),
  ids: externalIds(resource),
  live: liveExternalIds(resource),
});

function contentOf(fact: Fact): object {
  const { at, arrival, actor, told, externalIds, upTo, afterClaim, ...content } = fact as Fact & {
    externalIds?: unknown;
    upTo?: unknown;
    afterClaim?: unknown;
  };
  return content;
}
