import type { Ms, ResourceFact } from "./fact.ts";
import { type FactOf, factsOf, type Resource } from "./record.ts";

const PROOFS = ["confirmed-gone", "proven-gone", "confirmed-never-created", "proven-never-created"] as const;

/** What ends a record: a proof says that nothing is there, `forgotten` that nobody looks any more. */
export type ClosingWord = FactOf<ResourceFact, (typeof PROOFS)[number] | "forgotten">;
export type Existence = FactOf<ResourceFact, "allocated" | "confirmed-exists" | "seen">;

/** The words by which nothing is there, be it a person's or that of two looks, the latest last. */
export const proofsIn = (resource: Resource): readonly ClosingWord[] =>
  PROOFS.flatMap((kind): readonly ClosingWord[] => factsOf(resource, kind)).sort(
    (a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1),
  );

/** Whether the word speaks of it too: it happened by then, and to no external id of which the person did not know. */
export function covers(word: ClosingWord, fact: ResourceFact): boolean {
  const upTo = "upTo" in word && word.upTo !== undefined ? word.upTo : word.at;
  if (fact.at > Math.min(word.at, upTo)) return false;
  return !("externalId" in fact) || word.externalIds.includes(fact.externalId as string);
}

/** The resource without what people have closed: what still has to be accounted for. */
export function standing(resource: Resource): Resource {
  if (!resource.facts.some(isProof)) return resource;
  const proofs = proofsIn(resource);
  return { ...resource, facts: resource.facts.filter((fact) => !proofs.some((word) => covers(word, fact))) };
}

const isProof = ({ kind }: ResourceFact) => (PROOFS as readonly string[]).includes(kind);

/** All that says that it exists. */
export const existencesIn = ({ facts }: Resource): readonly Existence[] =>
  facts.filter(
    (fact) => fact.kind === "allocated" || fact.kind === "confirmed-exists" || fact.kind === "seen",
  );

/** Those by somebody who has looked: they count against an engine's word. */
export const sightingsIn = (resource: Resource): readonly Existence[] =>
  existencesIn(resource).filter(({ kind }) => kind !== "allocated");

/** The external ids that were told, each once, in order of arrival. */
export const externalIds = (resource: Resource): readonly string[] => [
  ...new Set(existencesIn(resource).map(({ externalId }) => externalId)),
];

/** The external ids that nobody has said to be gone, or that were seen since then. */
export function liveExternalIds(resource: Resource): readonly string[] {
  const open = standing(resource);
  return externalIds(open).filter((id) => {
    const seen = confirmedAt(open, id);
    return !factsOf(open, "freed").some((freed) => freed.at > seen && idFreedBy(open, freed) === id);
  });
}

/** When it was last seen to exist, by a person or by a look: this external id of it, or any. */
export const confirmedAt = (resource: Resource, externalId?: string): Ms =>
  Math.max(
    ...sightingsIn(resource).flatMap((fact) =>
      externalId === undefined || fact.externalId === externalId ? [fact.at] : [],
    ),
    Number.NEGATIVE_INFINITY,
  );

/**
 * What a `freed` speaks of. One that names no external id speaks of the id that was known when it was said, if that
 * was exactly one: an id that turns up later, or two, are a matter for a person.
 */
export function idFreedBy(open: Resource, { externalId, at }: FactOf<ResourceFact, "freed">) {
  if (externalId !== undefined) return externalId;
  const known = new Set(existencesIn(open).flatMap((fact) => (fact.at <= at ? [fact.externalId] : [])));
  return known.size === 1 ? [...known][0] : undefined;
}
