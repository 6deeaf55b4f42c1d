import { type Static, Type } from "typebox";
import { costOf } from "../../domain/cost.ts";
import { deriveResource } from "../../domain/derive-resource.ts";
import { externalIds, liveExternalIds } from "../../domain/existence.ts";
import { openHolds } from "../../domain/holds.ts";
import { formatInstant } from "../../domain/instant.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { present } from "../../domain/registration.ts";
import { RESOURCE_STATES } from "../../domain/resource-state.ts";
import { Id, Instant, Labels, Price, Shape, Text } from "../../domain/shapes.ts";
import type { Found } from "../records.ts";
import { FindingView, viewFinding } from "./finding.ts";
import { Due, type Moment, oneOf, Version, viewDue } from "./standing.ts";

export const ResourceStateName = oneOf(RESOURCE_STATES);

export const CostView = Shape({
  currency: Type.String(),
  perHour: Type.Number(),
  soFar: Type.Number(),
});

/** One that nobody has lifted. */
const HoldView = Shape({ hold: Id, until: Instant, reason: Text, actor: Text });

export const ResourceView = Shape({
  id: Id,
  version: Version,
  state: ResourceStateName,
  due: Due,
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

export function viewResource(
  { record: resource, allocation, session }: Found<Resource>,
  { now, defaults }: Moment,
) {
  const { state, due, findings } = deriveResource(resource, { now, allocation, defaults });
  return present({
    id: resource.id,
    version: resource.facts.length,
    state,
    due: viewDue(due),
    findings: findings.map((finding) => viewFinding(resource, finding, session)),
    holds: openHolds(resource).map(viewHold),
    ...describe(resource),
    externalIds: [...externalIds(resource)],
    liveExternalIds: [...liveExternalIds(resource)],
    cost: costOf(resource, now),
  }) as Static<typeof ResourceView>;
}

const viewHold = ({ hold, until, reason, actor }: ReturnType<typeof openHolds>[number]) => ({
  hold,
  until: formatInstant(until),
  reason,
  actor,
});
