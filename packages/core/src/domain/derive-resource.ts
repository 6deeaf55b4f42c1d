import { after, type Defaults } from "./defaults.ts";
import { abandonsAt, deadlineOfAllocation } from "./derive-allocation.ts";
import type { Ms, ResourceFact } from "./fact.ts";
import { type Due, dueOf, type Finding } from "./finding.ts";
import { type Allocation, describe, externalIds, factsOf, liveExternalIds, type Resource } from "./record.ts";

/** From the lowest rung to the highest; the highest that was reported is the state. */
export const RESOURCE_STATES = ["pending", "failed", "unknown", "allocated", "releasing", "freed"] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

const RUNG: { readonly [kind in ResourceFact["kind"]]: ResourceState } = {
  intent: "pending",
  failed: "failed",
  unknown: "unknown",
  allocated: "allocated",
  releasing: "releasing",
  "release-failed": "releasing",
  freed: "freed",
  extended: "pending",
};

export interface ResourceStatus extends Due {
  readonly state: ResourceState;
}

/** What a status depends on besides the record's own facts. */
export interface Circumstances {
  readonly now: Ms;
  readonly allocation: Allocation | undefined;
  readonly defaults: Defaults;
}

/** State, due time and findings: one pure function of the facts, so neither order nor repetition matters. */
export function deriveResource(resource: Resource, circumstances: Circumstances): ResourceStatus {
  const state = stateOf(resource);
  return { state, ...dueOf(conditionsOf(resource, state, circumstances), circumstances.now) };
}

export function stateOf(resource: Resource): ResourceState {
  const closed = allAttemptsFailedAt(resource);
  const rungs = resource.facts.map((fact) =>
    // An attempt made after the word that none had worked is open again.
    fact.kind === "unknown" && fact.at <= closed ? "failed" : RUNG[fact.kind],
  );
  return RESOURCE_STATES.findLast((state) => rungs.includes(state)) ?? "pending";
}

function allAttemptsFailedAt(resource: Resource): Ms {
  return Math.max(
    ...factsOf(resource, "failed").flatMap((fact) => (fact.allAttempts ? [fact.at] : [])),
    Number.NEGATIVE_INFINITY,
  );
}

function conditionsOf(resource: Resource, state: ResourceState, circumstances: Circumstances): Finding[] {
  const ofIds = idConditions(resource, state);
  switch (state) {
    case "pending":
      return [...ofIds, overdueIntent(resource, circumstances)];
    case "unknown":
      return [...ofIds, unknownOutcome(resource)];
    case "allocated":
      return [...ofIds, endOfLife(resource, circumstances), ...abandonment(resource, circumstances)];
    case "releasing":
      return [...ofIds, endOfRelease(resource, circumstances)];
    case "failed":
    case "freed":
      return ofIds;
    default: {
      const never: never = state;
      return never;
    }
  }
}

function overdueIntent(resource: Resource, { allocation, defaults }: Circumstances): Finding {
  const [intent] = factsOf(resource, "intent");
  // Only `extended` could stand without an intent, and nothing registers a resource with that alone.
  if (!intent) throw new Error(`resource ${resource.id} is pending without an intent`);
  return found("overdue-intent", deadlineOf(intent, allocation, defaults), resource, [intent]);
}

/** Its own deadline, else that of its allocation, else the default. */
function deadlineOf(
  intent: Extract<ResourceFact, { kind: "intent" }>,
  allocation: Allocation | undefined,
  defaults: Defaults,
): Ms {
  const shared = allocation && deadlineOfAllocation(allocation, defaults);
  if (intent.timeoutSeconds === undefined && shared !== undefined && shared >= intent.at) return shared;
  return after(intent.at, intent.timeoutSeconds ?? defaults.intentSeconds);
}

function unknownOutcome(resource: Resource): Finding {
  const closed = allAttemptsFailedAt(resource);
  const open = factsOf(resource, "unknown").filter(({ at }) => at > closed);
  return found("unknown-outcome", Math.min(...open.map(({ at }) => at)), resource, open);
}

function endOfLife(resource: Resource, { defaults }: Circumstances): Finding {
  const allocated = factsOf(resource, "allocated");
  const extended = factsOf(resource, "extended");
  const { ttlSeconds = defaults.ttlSeconds } = describe(resource);
  const start = Math.min(...allocated.map(({ at }) => at));
  if (ttlSeconds === null) return found("unwatched", start, resource, allocated);
  const end = Math.max(after(start, ttlSeconds), ...extended.map(({ until }) => until));
  return found("over-ttl", end, resource, [...allocated, ...extended]);
}

function abandonment(resource: Resource, { allocation, defaults }: Circumstances): Finding[] {
  const from = allocation ? abandonsAt(allocation, defaults) : null;
  return from === null ? [] : [found("abandoned", from, resource, factsOf(resource, "allocated"))];
}

/** The newest of the tries to release speaks: failed, it is due at once; under way, at its deadline. */
function endOfRelease(resource: Resource, { defaults }: Circumstances): Finding {
  const releasing = factsOf(resource, "releasing");
  const failed = factsOf(resource, "release-failed");
  const started = Math.max(...releasing.map(({ at }) => at), Number.NEGATIVE_INFINITY);
  const unanswered = failed.filter(({ at }) => at >= started);
  if (unanswered.length > 0)
    return found("release-failed", Math.min(...unanswered.map(({ at }) => at)), resource, unanswered);
  const deadline = Math.max(
    ...releasing.map((fact) => after(fact.at, fact.timeoutSeconds ?? defaults.releaseSeconds)),
  );
  return found("release-overdue", deadline, resource, releasing);
}

/** Two things for one record, or one that was reported beside a `freed` which does not speak of it. */
function idConditions(resource: Resource, state: ResourceState): Finding[] {
  const live = liveExternalIds(resource);
  if (live.length === 0) return [];
  const allocated = factsOf(resource, "allocated");
  const freed = factsOf(resource, "freed");
  const firsts = externalIds(resource).map((id) =>
    Math.min(...allocated.flatMap((it) => (it.externalId === id ? [it.at] : []))),
  );
  const findings: Finding[] = [];
  if (firsts.length > 1) {
    const second = firsts.toSorted((a, b) => a - b)[1] as Ms;
    findings.push(found("duplicate", second, resource, allocated));
  }
  if (state === "freed") {
    const denied = allocated.filter(({ externalId }) => live.includes(externalId));
    const from = Math.max(Math.min(...denied.map(({ at }) => at)), Math.min(...freed.map(({ at }) => at)));
    findings.push(found("contradicted", from, resource, [...denied, ...freed]));
  }
  return findings;
}

function found(
  kind: Finding["kind"],
  from: Ms,
  resource: Resource,
  because: readonly ResourceFact[],
): Finding {
  return { kind, from, facts: because.map((fact) => resource.facts.indexOf(fact)).sort((a, b) => a - b) };
}
