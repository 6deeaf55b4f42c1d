import { after } from "../defaults.ts";
import { existencesIn, liveExternalIds, standing } from "../existence.ts";
import type { Ms } from "../fact.ts";
import { factsOf, type Resource } from "../record.ts";
import { allAttemptsFailedAt, stateOf } from "../resource-state.ts";
import type { Served } from "./served.ts";

/** Whether its facts were noted by a clock that is ahead of this one: what a proof is to close must lie before it. */
export const isAhead = ({ facts }: Resource, now: Ms): boolean => facts.some(({ at }) => at > now);

/**
 * Whether everything that lived was looked at twice since, the looks so far apart, and was gone both times; and nothing
 * more was found, where that is to be looked for.
 */
export function isProvenGone(
  resource: Resource,
  settleSeconds: number,
  provider: Pick<Served, "findable"> | undefined,
): boolean {
  const live = liveExternalIds(resource);
  const isGone = live.length > 0 && live.every((id) => isProven(goneLooks(resource, id), settleSeconds));
  return isGone && !isToBeSearched(resource, settleSeconds, provider);
}

/**
 * Whether more may have come of it than is known, and nobody has searched for that since: where its engine could not
 * tell what came of an attempt, or never told that it exists.
 */
export function isToBeSearched(
  resource: Resource,
  settleSeconds: number,
  provider: Pick<Served, "findable"> | undefined,
): boolean {
  if (provider?.findable !== "searched") return false;
  const failed = allAttemptsFailedAt(resource);
  const isUnsure = factsOf(resource, "unknown").some(({ at }) => at > failed);
  if (!isUnsure && factsOf(resource, "allocated").length > 0) return false;
  const known = Math.max(...existencesIn(resource).map(({ at }) => at), Number.NEGATIVE_INFINITY);
  return !vainSearches(resource, settleSeconds).some((at) => at > known);
}

/** The times of the looks that found it gone, since anybody last said that it exists. */
export function goneLooks(resource: Resource, externalId: string): readonly Ms[] {
  const said = existencesIn(resource).flatMap((fact) => (fact.externalId === externalId ? [fact.at] : []));
  const last = Math.max(...said, Number.NEGATIVE_INFINITY);
  return factsOf(resource, "seen-gone").flatMap((fact) =>
    fact.externalId === externalId && fact.at > last ? [fact.at] : [],
  );
}

/** Whether the provider was asked twice for what carries its drett id, long enough after the last attempt, in vain. */
export function isProvenNeverCreated(resource: Resource, settleSeconds: number): boolean {
  const state = stateOf(resource);
  if (state !== "pending" && state !== "unknown") return false;
  if (existencesIn(standing(resource)).length > 0) return false;
  return isProven(vainSearches(resource, settleSeconds), settleSeconds);
}

/** The times of those that count. */
export function vainSearches(resource: Resource, settleSeconds: number): readonly Ms[] {
  const from = searchableFrom(resource, settleSeconds);
  return factsOf(resource, "not-found").flatMap(({ at }) => (at >= from ? [at] : []));
}

/** Long enough after its last attempt: what was only just created may not be found yet, or not all of it. */
export function searchableFrom(resource: Resource, settleSeconds: number): Ms {
  const attempted = [...factsOf(resource, "intent"), ...factsOf(resource, "unknown")].map(({ at }) => at);
  return after(Math.max(...attempted), settleSeconds);
}

const isProven = (looks: readonly Ms[], settleSeconds: number) =>
  looks.length > 1 && Math.max(...looks) - Math.min(...looks) >= 1_000 * settleSeconds;
