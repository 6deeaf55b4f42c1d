import { after } from "../defaults.ts";
import { existencesIn, liveExternalIds, standing } from "../existence.ts";
import type { Ms } from "../fact.ts";
import { factsOf, type Resource } from "../record.ts";
import { stateOf } from "../resource-state.ts";

/** Whether its facts were noted by a clock that is ahead of this one: what a proof is to close must lie before it. */
export const isAhead = ({ facts }: Resource, now: Ms): boolean => facts.some(({ at }) => at > now);

/** Whether everything that lived was looked at twice since, the looks so far apart, and was gone both times. */
export function isProvenGone(resource: Resource, settleSeconds: number): boolean {
  const live = liveExternalIds(resource);
  return live.length > 0 && live.every((id) => isProven(goneLooks(resource, id), settleSeconds));
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

/** The times of those that count: what was only just created may not be found yet. */
export function vainSearches(resource: Resource, settleSeconds: number): readonly Ms[] {
  const attempted = [...factsOf(resource, "intent"), ...factsOf(resource, "unknown")].map(({ at }) => at);
  const from = after(Math.max(...attempted), settleSeconds);
  return factsOf(resource, "not-found").flatMap(({ at }) => (at >= from ? [at] : []));
}

const isProven = (looks: readonly Ms[], settleSeconds: number) =>
  looks.length > 1 && Math.max(...looks) - Math.min(...looks) >= 1_000 * settleSeconds;
