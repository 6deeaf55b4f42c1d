import { type Static, Type } from "typebox";
import { costOf } from "../domain/cost.ts";
import type { Defaults } from "../domain/defaults.ts";
import {
  ALLOCATION_STATES,
  begun,
  deadlineOfAllocation,
  deriveAllocation,
} from "../domain/derive-allocation.ts";
import { deriveResource } from "../domain/derive-resource.ts";
import { deriveSession, opened, SESSION_STATES } from "../domain/derive-session.ts";
import { externalIds, liveExternalIds } from "../domain/existence.ts";
import type { Fact, Lost } from "../domain/fact.ts";
import { FINDING_KINDS, FINDINGS, type Finding } from "../domain/finding.ts";
import { openHolds } from "../domain/holds.ts";
import { formatInstant } from "../domain/instant.ts";
import { deriveFreeze, FREEZE_CAUSES, FREEZE_STATES, type Freeze, frozen } from "../domain/reclaim/freeze.ts";
import {
  derivePlan,
  type ItemState,
  itemStates,
  PLAN_STATES,
  type Plan,
  planned,
} from "../domain/reclaim/plan.ts";
import { type Allocation, describe, type Record, type Resource, type Session } from "../domain/record.ts";
import { present } from "../domain/registration.ts";
import { RESOURCE_STATES } from "../domain/resource-state.ts";
import { sentenceOf } from "../domain/sentence.ts";
import { Id, Instant, Labels, Price, Shape, Text } from "../domain/shapes.ts";
import type { Found } from "./records.ts";

const oneOf = (values: readonly string[]) => Type.Enum([...values]);
const OrNull = (shape: typeof Instant) => Type.Union([shape, Type.Null()]);

export const FindingKindName = oneOf(FINDING_KINDS);
export const ResourceStateName = oneOf(RESOURCE_STATES);
export const FreezeStateName = oneOf(FREEZE_STATES);
export const PlanStateName = oneOf(PLAN_STATES);
export const SessionStateName = oneOf(SESSION_STATES);
export const AllocationStateName = oneOf(ALLOCATION_STATES);

/** What was reported, when, by whom; the rest depends on the kind. */
export const FactView = Type.Object({ kind: Text, at: Instant, arrival: Instant, actor: Text });

export const FindingView = Shape({
  kind: FindingKindName,
  since: Instant,
  says: Type.String({ description: "one sentence for a person" }),
  remedy: Type.String({ description: "what can be done" }),
  evidence: Type.Array(FactView, { description: "the facts that it rests on" }),
});
export type FindingView = Static<typeof FindingView>;

export const CostView = Shape({
  currency: Type.String(),
  perHour: Type.Number(),
  soFar: Type.Number(),
});

/** One that nobody has lifted. */
const HoldView = Shape({ hold: Id, until: Instant, reason: Text, actor: Text });

const Version = Type.Integer({ description: "how many facts it has: what a decision on it has `seen`" });

export const ResourceView = Shape({
  id: Id,
  version: Version,
  state: ResourceStateName,
  due: OrNull(Instant),
  findings: Type.Array(FindingView),
  holds: Type.Array(HoldView, {
    description: "those that nobody has lifted; past its `until`, one has ended",
  }),
  application: Text,
  module: Type.Optional(Text),
  type: Text,
  owner: Text,
  scope: Type.Optional(Text),
  parent: Type.Optional(Id),
  allocation: Type.Optional(Id),
  session: Type.Optional(Id),
  externalIds: Type.Array(Text),
  liveExternalIds: Type.Array(Text, { description: "those that nobody has said to be gone" }),
  ttlSeconds: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  labels: Type.Optional(Labels),
  price: Type.Optional(Price),
  cost: Type.Optional(CostView),
});

export const AllocationView = Shape({
  id: Id,
  version: Version,
  state: AllocationStateName,
  due: OrNull(Instant),
  findings: Type.Array(FindingView),
  application: Text,
  module: Text,
  label: Type.Optional(Text),
  deadline: Instant,
});

export const SessionView = Shape({
  id: Id,
  version: Version,
  state: SessionStateName,
  due: OrNull(Instant),
  findings: Type.Array(FindingView),
  application: Text,
  module: Text,
  ttlSeconds: Type.Integer(),
  host: Type.Optional(Text),
  pid: Type.Optional(Type.Integer()),
  opened: Instant,
  heard: Type.Optional({ ...Instant, description: "when it was heard last, as far as this server knows" }),
});

export const FreezeView = Shape({
  id: Id,
  state: FreezeStateName,
  findings: Type.Array(FindingView),
  cause: oneOf(FREEZE_CAUSES),
  policy: Type.Optional(Id),
  reason: Text,
  actor: Text,
  since: Instant,
  until: Type.Optional(Instant),
});

export const PlanView = Shape({
  id: Id,
  state: PlanStateName,
  findings: Type.Array(FindingView),
  policy: Id,
  count: Type.Integer({ description: "how many are on the list" }),
  hash: Type.String(),
  cost: Type.Array(Shape({ currency: Type.String(), perHour: Type.Number() })),
  made: Instant,
  expires: Instant,
  progress: Shape({
    waiting: Type.Integer(),
    ordered: Type.Integer(),
    skipped: Type.Integer(),
    freed: Type.Integer(),
    failed: Type.Integer(),
  }),
});

export interface Moment {
  readonly now: number;
  readonly defaults: Defaults;
  /** When a session was heard last, where that is known. */
  readonly heard?: (session: string) => number | undefined;
}

export function viewResource(
  { record: resource, allocation, session }: Found<Resource>,
  { now, defaults }: Moment,
) {
  const { state, due, findings } = deriveResource(resource, { now, allocation, defaults });
  return present({
    id: resource.id,
    version: resource.facts.length,
    state,
    due: orNull(due),
    findings: findings.map((finding) => viewFinding(resource, finding, session)),
    holds: openHolds(resource).map(viewHold),
    ...describe(resource),
    externalIds: [...externalIds(resource)],
    liveExternalIds: [...liveExternalIds(resource)],
    cost: costOf(resource, now),
  }) as Static<typeof ResourceView>;
}

export function viewAllocation(
  { record: allocation, session }: Found<Allocation>,
  { now, defaults }: Moment,
) {
  const { state, due, findings } = deriveAllocation(allocation, { now, defaults });
  const { application, module, label } = begun(allocation);
  return present({
    id: allocation.id,
    version: allocation.facts.length,
    state,
    due: orNull(due),
    findings: findings.map((finding) => viewFinding(allocation, finding, session)),
    application,
    module,
    label,
    deadline: formatInstant(deadlineOfAllocation(allocation, defaults)),
  }) as Static<typeof AllocationView>;
}

export function viewSession(session: Session, { now, heard }: Moment) {
  const { state, due, findings } = deriveSession(session, { now });
  const { application, module, ttlSeconds, host, pid, at } = opened(session);
  const last = heard?.(session.id);
  return present({
    id: session.id,
    version: session.facts.length,
    state,
    due: orNull(due),
    findings: findings.map((finding) => viewFinding(session, finding)),
    application,
    module,
    ttlSeconds,
    host,
    pid,
    opened: formatInstant(at),
    heard: last === undefined ? undefined : formatInstant(last),
  }) as Static<typeof SessionView>;
}

export function viewFreeze(freeze: Freeze, { now }: Pick<Moment, "now">) {
  const { state, findings } = deriveFreeze(freeze, now);
  const { cause, policy, reason, actor, at, until } = frozen(freeze);
  return present({
    id: freeze.id,
    state,
    findings: findings.map((finding) => viewFinding(freeze, finding)),
    cause,
    policy,
    reason,
    actor,
    since: formatInstant(at),
    until: until === undefined ? undefined : formatInstant(until),
  }) as Static<typeof FreezeView>;
}

export function viewPlan(plan: Plan, { now }: Pick<Moment, "now">) {
  const { state, findings } = derivePlan(plan, now);
  const { policy, items, hash, cost, at, expires } = planned(plan);
  const states = [...itemStates(plan).values()];
  const count = (wanted: ItemState) => states.filter((state) => state === wanted).length;
  return {
    id: plan.id,
    state,
    findings: findings.map((finding) => viewFinding(plan, finding)),
    policy,
    count: items.length,
    hash,
    cost: [...cost],
    made: formatInstant(at),
    expires: formatInstant(expires),
    progress: {
      waiting: count("waiting"),
      ordered: count("ordered"),
      skipped: count("skipped"),
      freed: count("freed"),
      failed: count("failed"),
    },
  } satisfies Static<typeof PlanView>;
}

function viewFinding(record: Record, finding: Finding, session?: Session): FindingView {
  return {
    kind: finding.kind,
    since: formatInstant(finding.from),
    says: sentenceOf(record, finding, session),
    remedy: FINDINGS[finding.kind].remedy,
    evidence: finding.facts.map((place) => viewFact(record.facts[place] as Fact)),
  };
}

const viewHold = ({ hold, until, reason, actor }: ReturnType<typeof openHolds>[number]) => ({
  hold,
  until: formatInstant(until),
  reason,
  actor,
});

const TIMES = new Set(["at", "arrival", "told", "until", "upTo", "heard", "expires"]);

/** A fact as it travels: times in words. */
export function viewFact(fact: Fact): Static<typeof FactView> {
  const said = Object.entries(fact).map(([name, value]) => [
    name,
    TIMES.has(name) ? formatInstant(value) : value,
  ]);
  if ("lost" in fact) said.push(["lost", fact.lost?.map(viewLost)]);
  return Object.fromEntries(said);
}

const viewLost = ({ since, ...lost }: Lost) => ({ ...lost, since: formatInstant(since) });

const orNull = (time: number | null) => (time === null ? null : formatInstant(time));
