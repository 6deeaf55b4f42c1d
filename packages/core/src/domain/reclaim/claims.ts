import { after } from "../defaults.ts";
import { liveExternalIds } from "../existence.ts";
import type { Ms, ResourceFact } from "../fact.ts";
import type { Attempts } from "../policy.ts";
import { type FactOf, factsOf, type Resource } from "../record.ts";

export type Claim = FactOf<ResourceFact, "claimed">;
type Ending = FactOf<ResourceFact, "claim-withdrawn" | "reclaim-failed" | "proven-gone">;

/** The one with the highest number: whoever holds another one has lost it. */
export const lastClaim = (resource: Resource): Claim | undefined =>
  factsOf(resource, "claimed").reduce<Claim | undefined>(
    (last, claim) => (last && last.claim > claim.claim ? last : claim),
    undefined,
  );

const ENDINGS = ["claim-withdrawn", "reclaim-failed", "proven-gone"] as const;

const endingsIn = (resource: Resource): readonly Ending[] =>
  ENDINGS.flatMap((kind): readonly Ending[] => factsOf(resource, kind));

const endOf = (resource: Resource, { claim }: Claim): Ending | undefined =>
  endingsIn(resource).find((ending) => ending.claim === claim);

/** Whoever has it may free, and nobody else may. */
export function openClaim(resource: Resource, now: Ms): Claim | undefined {
  const last = lastClaim(resource);
  return last && last.until > now && !endOf(resource, last) ? last : undefined;
}

/** Whether the claim came to nothing, and nothing was done by it. */
export const isWithdrawn = (resource: Resource, { claim }: Claim): boolean =>
  factsOf(resource, "claim-withdrawn").some((fact) => fact.claim === claim);

/** Whether somebody still works on it, or may have stopped in the midst of it. */
export const hasNoEnd = (resource: Resource, claim: Claim): boolean => !endOf(resource, claim);

/** Since when drett has given up on it: until a person orders it again, or it is gone. */
export function stuckFact(resource: Resource): FactOf<ResourceFact, "reclaim-failed"> | undefined {
  const ordered = orderedAfter(resource);
  const failures = factsOf(resource, "reclaim-failed")
    .filter(({ claim }) => claim > ordered)
    .sort((a, b) => a.claim - b.claim);
  const last = failures.at(-1);
  if (!last?.stuck || liveExternalIds(resource).length === 0) return undefined;
  // The first of those that have said so in a row.
  const before = failures.findLastIndex(({ stuck }) => !stuck);
  return failures[before + 1];
}

/** The attempts in vain since somebody last ordered it, the last one last; one that was cut short counts, too. */
export function failuresIn(resource: Resource, now: Ms): readonly { claim: number; at: Ms; until?: Ms }[] {
  const ordered = orderedAfter(resource);
  const claims = factsOf(resource, "claimed").toSorted((a, b) => a.claim - b.claim);
  // What is stuck for years has hundreds of them: each is looked for once.
  const endings = new Map(endingsIn(resource).map((ending) => [ending.claim, ending]));
  return claims.flatMap((claim) => {
    if (claim.claim <= ordered) return [];
    const ending = endings.get(claim.claim);
    if (ending?.kind === "reclaim-failed") return [ending];
    return !ending && claim.until <= now ? [{ claim: claim.claim, at: claim.until }] : [];
  });
}

/** When the next attempt may begin; nothing where none has failed. */
export function nextAttemptAt(resource: Resource, attempts: Attempts, now: Ms): Ms | undefined {
  const failures = failuresIn(resource, now);
  const last = failures.at(-1);
  if (!last) return undefined;
  const pause = stuckFact(resource)
    ? attempts.stuckPauseSeconds
    : Math.min(attempts.firstPauseSeconds * 2 ** (failures.length - 1), attempts.longestPauseSeconds);
  return Math.max(after(last.at, pause * spread(resource.id, last.claim)), last.until ?? 0);
}

/** From 0.5 up to 1.5, the same for the same claim: those that failed together do not come back together. */
function spread(id: string, claim: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${id} ${claim}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  }
  return 0.5 + hash / 2 ** 32;
}

/** The claims up to this number are over: somebody has ordered it anew since. */
const orderedAfter = (resource: Resource): number =>
  Math.max(...factsOf(resource, "reclaim-ordered").map(({ afterClaim }) => afterClaim), 0);
