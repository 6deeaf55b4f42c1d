import { after, type Defaults } from "./defaults.ts";
import { abandonsAt, begun, deadlineOfAllocation } from "./derive-allocation.ts";
import {
  confirmedAt,
  type Existence,
  existencesIn,
  externalIds,
  idFreedBy,
  liveExternalIds,
  proofsIn,
  sightingsIn,
  standing,
} from "./existence.ts";
import type { Ms, ResourceFact } from "./fact.ts";
import { type Due, dueOf, earliest, type Finding } from "./finding.ts";
import { openHolds } from "./holds.ts";
import { stuckFact } from "./reclaim/claims.ts";
import { type Allocation, describe, factsOf, type Resource } from "./record.ts";
import { allAttemptsFailedAt, type ResourceState, stateOf } from "./resource-state.ts";
import { isWatched, standingLapse } from "./watching.ts";

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
export function deriveResource(resource: Resource, { allocation, ...others }: Circumstances): ResourceStatus {
  const circumstances = { ...others, allocation: allocation && ownOf(resource, allocation) };
  const state = stateOf(resource);
  const conditions = conditionsOf(resource, state, circumstances);
  // Of what needs nobody any more, a hold keeps off nothing.
  const holds = conditions.length > 0 ? endOfHolds(resource) : [];
  const due = dueOf([...conditions, ...holds], circumstances.now);
  return { state, ...due, next: earliest([due.next, lookAtSession(resource, state, circumstances)]) };
}

/** One of another application has no say: whoever named it must not learn from his own record what became of it. */
const ownOf = (resource: Resource, allocation: Allocation) =>
  begun(allocation).application === describe(resource).application ? allocation : undefined;

function conditionsOf(resource: Resource, state: ResourceState, circumstances: Circumstances): Finding[] {
  const ofIds = [...idConditions(resource, state), ...zombie(resource), ...stuck(resource)];
  switch (state) {
    case "pending":
      return [...ofIds, overdueIntent(resource, circumstances)];
    case "unknown":
      return [...ofIds, unknownOutcome(resource)];
    case "allocated":
    case "releasing":
      return [...ofIds, ...ofWhatLives(resource, circumstances)];
    case "freed":
      // The word that it is gone does not speak of what lives of it: its end has come all the same, or will come.
      return ofIds.length > 0 ? [...ofIds, ...ofWhatLives(resource, circumstances)] : [];
    case "failed":
    case "never-created":
      return ofIds;
    case "forgotten":
      return [];
    default: {
      const never: never = state;
      return never;
    }
  }
}

function ofWhatLives(resource: Resource, circumstances: Circumstances): Finding[] {
  const release = endOfRelease(resource, circumstances);
  if (release) return [release, ...lapse(resource)];
  return [...endOfLife(resource, circumstances), ...abandonment(resource, circumstances), ...lapse(resource)];
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
  const open = standing(resource);
  const closed = allAttemptsFailedAt(open);
  const unknown = factsOf(open, "unknown").filter(({ at }) => at > closed);
  return found("unknown-outcome", earliestOf(unknown), resource, unknown);
}

function endOfLife(resource: Resource, { defaults }: Circumstances): Finding[] {
  const open = standing(resource);
  const existences = existencesIn(open);
  const extended = factsOf(open, "extended");
  const { ttlSeconds = defaults.ttlSeconds } = describe(resource);
  const start = earliestOf(existences);
  if (ttlSeconds === null && isWatched(resource)) return [];
  if (ttlSeconds === null) return [found("unwatched", start, resource, existences)];
  const end = Math.max(after(start, ttlSeconds), ...extended.map(({ until }) => until));
  return [found("over-ttl", end, resource, [...existences, ...extended])];
}

/** Its engine is not heard any more. Whoever extends it then has taken it on until that time. */
function lapse(resource: Resource): Finding[] {
  const lapsed = standingLapse(resource);
  if (!lapsed) return [];
  const kept = factsOf(standing(resource), "extended").filter(({ at }) => at >= lapsed.at);
  const from = Math.max(lapsed.at, ...kept.map(({ until }) => until));
  return [found("session-lapsed", from, resource, [lapsed, ...kept])];
}

/** Nothing but its session ends its life: from time to time the sweep makes sure that this one is still there. */
function lookAtSession(
  resource: Resource,
  state: ResourceState,
  { now, defaults }: Circumstances,
): Ms | null {
  if (state !== "allocated" || describe(resource).ttlSeconds !== null || !isWatched(resource)) return null;
  const start = earliestOf(existencesIn(standing(resource)));
  const rhythm = defaults.ttlSeconds * 1000;
  return start + rhythm * Math.max(1, Math.floor((now - start) / rhythm) + 1);
}

function abandonment(resource: Resource, { allocation, defaults }: Circumstances): Finding[] {
  const from = allocation ? abandonsAt(allocation, defaults) : null;
  return from === null ? [] : [found("abandoned", from, resource, existencesIn(standing(resource)))];
}

/** The newest of the tries to release speaks, if there was one: failed, it is due at once; under way, at its deadline. */
function endOfRelease(resource: Resource, { defaults }: Circumstances): Finding | undefined {
  const open = standing(resource);
  const releasing = factsOf(open, "releasing");
  const failed = factsOf(open, "release-failed");
  const started = Math.max(...releasing.map(({ at }) => at), Number.NEGATIVE_INFINITY);
  const unanswered = failed.filter(({ at }) => at >= started);
  if (unanswered.length > 0) return found("release-failed", earliestOf(unanswered), resource, unanswered);
  if (releasing.length === 0) return undefined;
  const deadline = Math.max(
    ...releasing.map((fact) => after(fact.at, fact.timeoutSeconds ?? defaults.releaseSeconds)),
  );
  return found("release-overdue", deadline, resource, releasing);
}

/** Two things for one record, or one that was reported beside a `freed` which does not speak of it. */
function idConditions(resource: Resource, state: ResourceState): Finding[] {
  const live = liveExternalIds(resource);
  if (live.length === 0) return [];
  const open = standing(resource);
  const existences = existencesIn(open);
  const firsts = externalIds(open).map((id) =>
    earliestOf(existences.filter(({ externalId }) => externalId === id)),
  );
  const findings: Finding[] = [];
  if (firsts.length > 1) {
    const second = firsts.toSorted((a, b) => a - b)[1] as Ms;
    findings.push(found("duplicate", second, resource, existences));
  }
  if (state === "freed") {
    const seen = confirmedAt(open);
    const denied = existences.filter(({ externalId }) => live.includes(externalId));
    const freed = factsOf(open, "freed").filter(({ at }) => at > seen);
    const from = Math.max(earliestOf(denied), earliestOf(freed));
    findings.push(found("contradicted", from, resource, [...denied, ...freed]));
  }
  return findings;
}

/** It exists, against a word that it is gone or never was. Whoever extends it then has taken it on until that time. */
function zombie(resource: Resource): Finding[] {
  const open = standing(resource);
  const proofs = proofsIn(resource);
  // What engines alone report is no zombie.
  if (proofs.length === 0 && sightingsIn(open).length === 0) return [];
  const live = liveExternalIds(resource);
  const isDenied = (id: string | undefined) => id === undefined || live.includes(id);
  const denials = [...proofs, ...factsOf(open, "freed").filter((fact) => isDenied(idFreedBy(open, fact)))];
  const clashes = existencesIn(open)
    .filter(({ externalId }) => live.includes(externalId))
    .flatMap((existence) =>
      denials.filter((denial) => defies(existence, denial)).map((denial) => ({ existence, denial })),
    );
  if (clashes.length === 0) return [];
  const since = Math.min(...clashes.map(({ existence, denial }) => Math.max(existence.at, denial.at)));
  const kept = factsOf(open, "extended").filter(({ at }) => at >= since);
  const because = new Set([...clashes.flatMap(({ existence, denial }) => [existence, denial]), ...kept]);
  return [found("zombie", Math.max(since, ...kept.map(({ until }) => until)), resource, [...because])];
}

/** What stands beside a proof has come to light since; over an engine's word, a later look counts. */
const defies = (existence: Existence, denial: ResourceFact) =>
  denial.kind !== "freed" || (existence.kind !== "allocated" && existence.at >= denial.at);

/** drett has tried to free it as often as it may. */
function stuck(resource: Resource): Finding[] {
  const first = stuckFact(resource);
  if (!first) return [];
  const failures = factsOf(resource, "reclaim-failed").filter(({ at }) => at >= first.at);
  return [found("stuck", first.at, resource, failures)];
}

/** Holds that were not lifted: once none of them stands any more, nobody knows whether it may be touched. */
function endOfHolds(resource: Resource): Finding[] {
  const holds = openHolds(resource);
  if (holds.length === 0) return [];
  return [found("hold-ended", Math.max(...holds.map(({ until }) => until)), resource, holds)];
}

const earliestOf = (facts: readonly ResourceFact[]) => Math.min(...facts.map(({ at }) => at));

function found(
  kind: Finding["kind"],
  from: Ms,
  resource: Resource,
  because: readonly ResourceFact[],
): Finding {
  return { kind, from, facts: because.map((fact) => resource.facts.indexOf(fact)).sort((a, b) => a - b) };
}
