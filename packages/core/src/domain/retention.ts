import { after, type Defaults, LEAST_TOMBSTONE, type Retention } from "./defaults.ts";
import { deriveAllocation } from "./derive-allocation.ts";
import { deriveResource } from "./derive-resource.ts";
import { deriveSession } from "./derive-session.ts";
import type { Ms } from "./fact.ts";
import { openHolds } from "./holds.ts";
import { deriveFreeze } from "./reclaim/freeze.ts";
import { type Plan, stateOfPlan } from "./reclaim/plan.ts";
import type { Allocation, Record, Resource, Session } from "./record.ts";
import { isSettled, type ResourceState } from "./resource-state.ts";
import type { Tombstone } from "./tombstone.ts";

interface Circumstances {
  readonly now: Ms;
  readonly allocation: Allocation | undefined;
  readonly defaults: Defaults;
}

/** Of closed states, which of the times holds. */
const KEEPING: { readonly [state in ResourceState]?: keyof Retention } = {
  freed: "freed",
  failed: "failed",
  "never-created": "neverCreated",
  forgotten: "forgotten",
};

/**
 * From when on the record may be pruned, as far as its own facts say; nothing where it is live, held, stuck, or
 * where anything is wrong with it. Whatever is heard of it has it stay for as long again.
 */
export function prunableFrom(record: Record, circumstances: Circumstances): Ms | undefined {
  const keeping = keepingOf(record, circumstances);
  if (keeping === undefined) return undefined;
  const { retention } = circumstances.defaults;
  return after(lastHeard(record), Math.max(retention[keeping], retention.events));
}

function keepingOf(record: Record, circumstances: Circumstances): keyof Retention | undefined {
  const { now } = circumstances;
  switch (record.kind) {
    case "resource":
      return keepingOfResource(record, circumstances);
    case "allocation":
      return keepingOfAllocation(record, circumstances);
    case "session":
      return keepingOfSession(record, circumstances);
    case "freeze":
      return deriveFreeze(record, now).state === "over" ? "allocations" : undefined;
    case "plan":
      return isOverPlan(record, now) ? "allocations" : undefined;
  }
}

function isOverPlan(plan: Plan, now: Ms): boolean {
  const state = stateOfPlan(plan, now);
  return state !== "waiting" && state !== "running";
}

function keepingOfResource(resource: Resource, circumstances: Circumstances): keyof Retention | undefined {
  const { state, findings, next } = deriveResource(resource, circumstances);
  const isClosed = isSettled(resource) || state === "forgotten";
  const isHeld = openHolds(resource).some(({ until }) => until > circumstances.now);
  if (!isClosed || isHeld || findings.length > 0 || next !== null) return undefined;
  return KEEPING[state];
}

function keepingOfAllocation(
  allocation: Allocation,
  { now, defaults }: Circumstances,
): keyof Retention | undefined {
  const { state, findings, next } = deriveAllocation(allocation, { now, defaults });
  return state === "open" || findings.length > 0 || next !== null ? undefined : "allocations";
}

/** One that lapsed may be heard again for as long; one that is open is waited for. */
function keepingOfSession(session: Session, { now }: Circumstances): keyof Retention | undefined {
  const { state, findings, next } = deriveSession(session, { now });
  return state === "open" || findings.length > 0 || next !== null ? undefined : "sessions";
}

/** What is left of the record once it is pruned. */
export function tombstoneOf(
  record: Record,
  { application, state }: { application: string; state: string },
  { now, defaults }: Pick<Circumstances, "now" | "defaults">,
): Tombstone {
  const { kind, id } = record;
  const kept = Math.max(defaults.retention.tombstones, LEAST_TOMBSTONE);
  return { kind, id, application, state, closed: lastHeard(record), until: after(now, kept) };
}

export const lastHeard = ({ facts }: Record): Ms => Math.max(...facts.map(({ arrival }) => arrival));
export const firstHeard = ({ facts }: Record): Ms => Math.min(...facts.map(({ arrival }) => arrival));

/** What was heard before this may be closed for long enough; what was heard since, cannot be. */
export const closedBy = (now: Ms, { retention }: Defaults): Ms => {
  const { freed, failed, neverCreated, forgotten, allocations, sessions, events } = retention;
  const shortest = Math.min(freed, failed, neverCreated, forgotten, allocations, sessions);
  return after(now, -Math.max(shortest, events));
};

/** A fact that was heard until then leaves the feed. */
export const horizonAt = (now: Ms, { retention }: Defaults): Ms => after(now, -retention.events);
