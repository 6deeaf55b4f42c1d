import { after, type Defaults } from "../defaults.ts";
import { deriveResource } from "../derive-resource.ts";
import { followsFrom, openLapseOf, stateOfSession } from "../derive-session.ts";
import { liveExternalIds } from "../existence.ts";
import type { ClaimCause, Ms } from "../fact.ts";
import type { Finding, FindingKind } from "../finding.ts";
import { openHolds } from "../holds.ts";
import { formatInstant } from "../instant.ts";
import { type Policy, policyFor } from "../policy.ts";
import { type Allocation, describe, type Resource, type Session } from "../record.ts";
import { stateOf } from "../resource-state.ts";
import { nextAttemptAt, openClaim, stuckFact } from "./claims.ts";
import { livingChildren } from "./family.ts";
import { type Order, standingOrder } from "./order.ts";
import { type Served, servedBy } from "./served.ts";
import { attemptsFor } from "./terms.ts";

/** What stands in the way of freeing a resource. */
export const OBSTACLES = [
  "nothing-to-free",
  "not-due",
  "no-policy",
  "observe",
  "ask",
  "grace",
  "session-alive",
  "held",
  "hold-ended",
  "claimed",
  "backing-off",
  "children",
  "no-provider",
  "cannot-look",
  "identity-reused",
  "frozen",
  "starting",
] as const;
type ObstacleCode = (typeof OBSTACLES)[number];

export interface Obstacle {
  readonly code: ObstacleCode;
  readonly says: string;
  /** When it is over by itself, where that is known. */
  readonly until?: Ms;
}

/** What drett would do with a resource, and when; or why not. */
export interface Outlook {
  readonly policy: Policy | undefined;
  readonly provider: Served | undefined;
  /** By whose word it would be freed. */
  readonly because: ClaimCause;
  readonly order: Order | undefined;
  readonly externalIds: readonly string[];
  /** None: it may be freed now. */
  readonly obstacles: readonly Obstacle[];
}

/** All that an outlook depends on besides the resource. */
export interface Surroundings {
  readonly now: Ms;
  readonly defaults: Defaults;
  readonly allocation: Allocation | undefined;
  readonly session: Session | undefined;
  /** Those that name it as their parent. */
  readonly children: readonly Resource[];
  /** Its parent, that one's, and so on, where it has children that live. */
  readonly ancestors?: readonly string[];
  /** Why nothing is freed for now: everywhere, or by one policy. */
  readonly freezes: readonly Freezing[];
  /** When the server started, where that bears on it. */
  readonly started?: Ms | undefined;
  /** Whether the plan that ordered it goes on, or has come to its end: what that has left stuck is tried again. */
  readonly isPlanStanding?: ((plan: string) => boolean) | undefined;
  /** The claim of whoever asks: it stands in nobody's way. */
  readonly claim?: number | undefined;
}

export interface Freezing {
  readonly policy?: string;
  readonly says: string;
  readonly until?: Ms;
}

/** What may be freed for: it is overdue, and its owner does not look after it. */
const FREED_FOR: readonly FindingKind[] = [
  "release-failed",
  "abandoned",
  "session-lapsed",
  "over-ttl",
  "release-overdue",
];

/**
 * The one place in which it is decided whether something may be freed: asked before the claim, again right before the
 * deletion, and whenever somebody wants to know.
 */
export function outlookOf(resource: Resource, surroundings: Surroundings): Outlook {
  const about = describe(resource);
  const { policies, served } = surroundings.defaults.reclaim;
  const order = orderNow(resource, surroundings);
  const because = order ? (order.plan === undefined ? "order" : "plan") : "policy";
  const policy = policyFor(policies, about);
  const provider = servedBy(served, about);
  const given = { resource, surroundings, policy, provider, because, order } as const;
  const obstacles = [
    ...existing(given),
    ...permission(given),
    ...ownership(given),
    ...holding(given),
    ...claiming(given),
    ...ability(given),
    ...freezing(given),
  ];
  return { policy, provider, because, order, externalIds: liveExternalIds(resource), obstacles };
}

interface Given {
  readonly resource: Resource;
  readonly surroundings: Surroundings;
  readonly policy: Policy | undefined;
  readonly provider: Served | undefined;
  readonly because: ClaimCause;
  readonly order: Order | undefined;
}

const obstacle = (code: ObstacleCode, says: string, until?: Ms): Obstacle =>
  until === undefined ? { code, says } : { code, says, until };

function existing({ resource }: Given): Obstacle[] {
  const state = stateOf(resource);
  if (state !== "forgotten" && liveExternalIds(resource).length > 0) return [];
  return [obstacle("nothing-to-free", `It is ${state}: nothing is known that could be freed.`)];
}

/** What a plan has ordered that was called off is as if nobody had. */
function orderNow(resource: Resource, { isPlanStanding }: Surroundings): Order | undefined {
  const order = standingOrder(resource);
  return order?.plan === undefined || isPlanStanding?.(order.plan) ? order : undefined;
}

/** A person's order needs no policy. Whoever approved a plan has been asked, and that is all. */
function permission(given: Given): Obstacle[] {
  const { policy, because } = given;
  if (because === "order") return [];
  if (!policy) return [obstacle("no-policy", "No policy is for it.")];
  if (policy.mode === "observe") return [obstacle("observe", `The policy ${policy.name} only observes.`)];
  const asks =
    policy.mode === "ask" && because === "policy"
      ? [obstacle("ask", `The policy ${policy.name} asks a person.`)]
      : [];
  return [...asks, ...dueness(given, policy)];
}

function dueness({ resource, surroundings }: Given, { graceSeconds, name }: Policy): Obstacle[] {
  const { findings, due } = deriveResource(resource, surroundings);
  const since = dueSince(findings);
  if (since === undefined) return [obstacle("not-due", "It is not overdue.", due ?? undefined)];
  const from = after(since, graceSeconds);
  if (surroundings.now >= from) return [];
  return [obstacle("grace", `The policy ${name} leaves it alone until ${formatInstant(from)}.`, from)];
}

/** Since when it may be freed, as far as its findings go. */
function dueSince(findings: readonly Finding[]): Ms | undefined {
  const from = findings.flatMap((finding) => (FREED_FOR.includes(finding.kind) ? [finding.from] : []));
  return from.length > 0 ? Math.min(...from) : undefined;
}

/** What is watched over by an engine that lives is its own, whatever else is wrong; but for a person who knows better. */
function ownership({ surroundings: { session, now }, because }: Given): Obstacle[] {
  if (!session || because === "order") return [];
  const state = stateOfSession(session);
  if (state === "open") return [obstacle("session-alive", `Its session ${session.id} is alive.`)];
  const lapse = state === "lapsed" ? openLapseOf(session) : undefined;
  if (!lapse || followsFrom(session, lapse) <= now) return [];
  const until = followsFrom(session, lapse);
  const says = `Its session ${session.id} fell silent with many others: nothing follows before ${formatInstant(until)}.`;
  return [obstacle("session-alive", says, until)];
}

/** One that has ended keeps off what nobody has ordered: nobody has said that it may be touched. */
function holding({ resource, surroundings: { now }, because }: Given): Obstacle[] {
  const holds = openHolds(resource);
  const standing = holds.filter(({ until }) => until > now);
  if (standing.length > 0) {
    const last = standing.reduce((a, b) => (a.until > b.until ? a : b));
    const says = `${last.actor} holds it until ${formatInstant(last.until)} (${last.reason}).`;
    return [obstacle("held", says, last.until)];
  }
  if (holds.length === 0 || because === "order") return [];
  return [obstacle("hold-ended", "A hold on it has ended, and nobody has lifted it.")];
}

function claiming({ resource, surroundings: { now, claim, defaults }, because }: Given): Obstacle[] {
  const open = openClaim(resource, now);
  if (claim !== undefined) {
    return open?.claim === claim ? [] : [obstacle("claimed", `The claim ${claim} has ended.`)];
  }
  if (open) {
    const says = `It is being freed since ${formatInstant(open.at)} (claim ${open.claim}).`;
    return [obstacle("claimed", says, open.until)];
  }
  const next = nextAttemptAt(resource, attemptsFor(resource, defaults), now);
  if (next === undefined || next <= now) return [];
  const gaveUp =
    stuckFact(resource) && because === "policy" ? "drett gave up; once more" : "It is tried again";
  return [obstacle("backing-off", `${gaveUp} at ${formatInstant(next)}.`, next)];
}

/** In a circle of parents nobody can tell which one goes first: a person has to say so, by an order. */
function family({ resource, surroundings, because }: Given): Obstacle[] {
  const { children, ancestors = [] } = surroundings;
  const alive = livingChildren(resource, children);
  const circle = alive.filter(({ id }) => ancestors.includes(id));
  const first = because === "order" ? alive.filter((child) => !circle.includes(child)) : alive;
  if (first.length === 0) return [];
  const named = first.slice(0, 3).map(({ id }) => id);
  const says = `${first.length} of its children still live (${named.join(", ")}).`;
  if (because === "order" || circle.length === 0) return [obstacle("children", says)];
  const inCircle = circle.map(({ id }) => id).join(", ");
  const order = `${inCircle} is its child and its parent, in a circle: order the one that is to go first.`;
  return [obstacle("children", `${says} ${order}`)];
}

function ability(given: Given): Obstacle[] {
  const { provider, because } = given;
  if (!provider)
    return [...family(given), obstacle("no-provider", "No provider is configured for its type and scope.")];
  if (!provider.looks) {
    return [...family(given), obstacle("cannot-look", `The provider ${provider.name} cannot look at it.`)];
  }
  if (provider.identity !== "reused" || because !== "policy") return family(given);
  const says = `At ${provider.name}, its external id may come to mean another thing: a person has to order it.`;
  return [...family(given), obstacle("identity-reused", says)];
}

function freezing({ surroundings: { freezes, started, now }, policy, because }: Given): Obstacle[] {
  // A spent budget stops what the policy does by itself; whoever orders something knows how much he orders.
  const isFor = (freeze: Freezing) =>
    freeze.policy === undefined || (freeze.policy === policy?.name && because === "policy");
  const frozen = freezes.filter(isFor).map(({ says, until }) => obstacle("frozen", says, until));
  if (started === undefined || !policy || because === "order") return frozen;
  const until = after(started, policy.startFreezeSeconds);
  if (now >= until) return frozen;
  return [
    ...frozen,
    obstacle("starting", `After its start, drett waits until ${formatInstant(until)}.`, until),
  ];
}
