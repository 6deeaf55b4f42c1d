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
import { externalIds, liveExternalIds } from "../domain/existence.ts";
import type { Fact } from "../domain/fact.ts";
import { FINDING_KINDS, FINDINGS, type Finding } from "../domain/finding.ts";
import { openHolds } from "../domain/holds.ts";
import { formatInstant } from "../domain/instant.ts";
import { type Allocation, describe, type Record, type Resource } from "../domain/record.ts";
import { present } from "../domain/registration.ts";
import { RESOURCE_STATES } from "../domain/resource-state.ts";
import { sentenceOf } from "../domain/sentence.ts";
import { Id, Instant, Labels, Price, Shape, Text } from "../domain/shapes.ts";

const oneOf = (values: readonly string[]) => Type.Enum([...values]);
const OrNull = (shape: typeof Instant) => Type.Union([shape, Type.Null()]);

export const FindingKindName = oneOf(FINDING_KINDS);
export const ResourceStateName = oneOf(RESOURCE_STATES);
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
type FindingView = Static<typeof FindingView>;

export const CostView = Shape({
  currency: Type.String(),
  perHour: Type.Number(),
  soFar: Type.Number(),
});

/** One that nobody has lifted. */
const HoldView = Shape({ hold: Id, until: Instant, reason: Text, actor: Text });

export const ResourceView = Shape({
  id: Id,
  version: Type.Integer({ description: "how many facts it has: what a decision on it has `seen`" }),
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
  externalIds: Type.Array(Text),
  liveExternalIds: Type.Array(Text, { description: "those that nobody has said to be gone" }),
  ttlSeconds: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  labels: Type.Optional(Labels),
  price: Type.Optional(Price),
  cost: Type.Optional(CostView),
});

export const AllocationView = Shape({
  id: Id,
  state: AllocationStateName,
  due: OrNull(Instant),
  findings: Type.Array(FindingView),
  application: Text,
  module: Text,
  label: Type.Optional(Text),
  deadline: Instant,
});

export interface Moment {
  readonly now: number;
  readonly defaults: Defaults;
}

export function viewResource(
  resource: Resource,
  allocation: Allocation | undefined,
  { now, defaults }: Moment,
) {
  const { state, due, findings } = deriveResource(resource, { now, allocation, defaults });
  return present({
    id: resource.id,
    version: resource.facts.length,
    state,
    due: orNull(due),
    findings: findings.map((finding) => viewFinding(resource, finding)),
    holds: openHolds(resource).map(viewHold),
    ...describe(resource),
    externalIds: [...externalIds(resource)],
    liveExternalIds: [...liveExternalIds(resource)],
    cost: costOf(resource, now),
  }) as Static<typeof ResourceView>;
}

export function viewAllocation(allocation: Allocation, { now, defaults }: Moment) {
  const { state, due, findings } = deriveAllocation(allocation, { now, defaults });
  const { application, module, label } = begun(allocation);
  return present({
    id: allocation.id,
    state,
    due: orNull(due),
    findings: findings.map((finding) => viewFinding(allocation, finding)),
    application,
    module,
    label,
    deadline: formatInstant(deadlineOfAllocation(allocation, defaults)),
  }) as Static<typeof AllocationView>;
}

function viewFinding(record: Record, finding: Finding): FindingView {
  return {
    kind: finding.kind,
    since: formatInstant(finding.from),
    says: sentenceOf(record, finding),
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

const TIMES = new Set(["at", "arrival", "told", "until", "upTo"]);

/** A fact as it travels: times in words. */
export function viewFact(fact: Fact): Static<typeof FactView> {
  const said = Object.entries(fact).map(([name, value]) => [
    name,
    TIMES.has(name) ? formatInstant(value) : value,
  ]);
  return Object.fromEntries(said);
}

const orNull = (time: number | null) => (time === null ? null : formatInstant(time));
