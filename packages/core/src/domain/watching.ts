import { applicationOf } from "./caller.ts";
import { followsFrom, opened, openLapseOf, stateOfSession } from "./derive-session.ts";
import type { Lost, Ms, ResourceFact, ResourceFollowing } from "./fact.ts";
import { hasNoEnd, isWithdrawn } from "./reclaim/claims.ts";
import {
  type Allocation,
  describe,
  type FactOf,
  factsOf,
  type Resource,
  type Session,
  withReport,
} from "./record.ts";
import { present } from "./registration.ts";
import { isSettled } from "./resource-state.ts";

const ACTOR = "drett";
type Lapse = FactOf<ResourceFact, "session-lapsed">;

const REGISTERING: readonly string[] = ["intent", "allocated", "begun"];

/**
 * Whether the session is of the engine that registered it. One of another application that another key has opened has
 * no say: whoever named it must not learn from his own record what became of it.
 */
export function isOf(session: Session, record: Resource | Allocation): boolean {
  const { application, actor } = opened(session);
  const isByWhoOpened = (fact: { kind: string; actor: string }) =>
    fact.actor === actor && REGISTERING.includes(fact.kind);
  return applicationOf(record) === application || record.facts.some(isByWhoOpened);
}

/** Whether a session ends its life where nothing else does. */
export const isWatched = (resource: Resource): boolean =>
  describe(resource).session !== undefined && factsOf(resource, "session-closed").length === 0;

/** The lapse that has left it alone: the session has neither recovered from it nor closed in order. */
export function standingLapse(resource: Resource): Lapse | undefined {
  if (factsOf(resource, "session-closed").length > 0) return undefined;
  const over = new Set(factsOf(resource, "session-recovered").map(({ lapse }) => lapse));
  return factsOf(resource, "session-lapsed").find(({ lapse }) => !over.has(lapse));
}

/** What a session that is heard again does not get back: somebody claimed it after it had lapsed. */
export function lostIn(resource: Resource): Lost | undefined {
  const lapse = standingLapse(resource);
  const claim =
    lapse && factsOf(resource, "claimed").find((fact) => fact.at >= lapse.at && !isWithdrawn(resource, fact));
  if (!claim) return undefined;
  const lost = { resource: resource.id, claim: claim.claim, since: claim.at };
  return hasNoEnd(resource, claim) ? { ...lost, inProgress: true } : lost;
}

/** The resource with what follows for it from its session; the very same one where nothing does. */
export function followed(resource: Resource, session: Session, now: Ms): Resource {
  if (describe(resource).session !== session.id || isSettled(resource) || !isOf(session, resource))
    return resource;
  const following = followingFrom(resource, session, now);
  return following ? withReport(resource, following.said, following.at, { now, actor: ACTOR }) : resource;
}

/** The resource that names a session which never came to be, or is not of its engine: nobody watches it. */
export const leftBy = (resource: Resource, session: string, now: Ms): Resource =>
  withReport(resource, { kind: "session-closed", session }, undefined, { now, actor: ACTOR });

function followingFrom(
  resource: Resource,
  session: Session,
  now: Ms,
): { said: ResourceFollowing; at: Ms } | undefined {
  const lapse = standingLapse(resource);
  switch (stateOfSession(session)) {
    case "closed":
      return lapse || isEndless(resource) ? closing(resource, session) : undefined;
    case "lapsed":
      return lapsing(session, now);
    case "open":
      return lapse && !lostIn(resource) ? recovering(session, lapse) : undefined;
  }
}

const isEndless = (resource: Resource) => describe(resource).ttlSeconds === null && isWatched(resource);

/** Its engine left it in order: it lives on for its TTL, and with none, nobody watches it. */
function closing(resource: Resource, session: Session) {
  if (lostIn(resource)) return undefined;
  const at = session.facts.find(({ kind }) => kind === "closed")?.at as Ms;
  return { said: { kind: "session-closed" as const, session: session.id }, at };
}

function lapsing(session: Session, now: Ms) {
  const lapse = openLapseOf(session);
  if (!lapse || followsFrom(session, lapse) > now) return undefined;
  const { host, pid } = opened(session);
  const said = present({
    kind: "session-lapsed" as const,
    session: session.id,
    lapse: lapse.lapse,
    host,
    pid,
  });
  return { said, at: followsFrom(session, lapse) };
}

function recovering(session: Session, { lapse }: Lapse) {
  const fact = session.facts.find((fact) => fact.kind === "recovered" && fact.lapse === lapse);
  return fact && { said: { kind: "session-recovered" as const, session: session.id, lapse }, at: fact.at };
}
