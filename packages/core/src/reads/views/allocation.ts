import { type Static, Type } from "typebox";
import {
  ALLOCATION_STATES,
  begun,
  deadlineOfAllocation,
  deriveAllocation,
} from "../../domain/derive-allocation.ts";
import { formatInstant } from "../../domain/instant.ts";
import type { Allocation } from "../../domain/record.ts";
import { present } from "../../domain/registration.ts";
import { Id, Instant, Shape, Text } from "../../domain/shapes.ts";
import type { Found } from "../records.ts";
import { FindingView, viewFinding } from "./finding.ts";
import { Due, type Moment, oneOf, Version, viewDue } from "./standing.ts";

export const AllocationStateName = oneOf(ALLOCATION_STATES);

export const AllocationView = Shape({
  id: Id,
  version: Version,
  state: AllocationStateName,
  due: Due,
  findings: Type.Array(FindingView),
  application: Text,
  module: Text,
  label: Type.Optional(Text),
  deadline: Instant,
});

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
    due: viewDue(due),
    findings: findings.map((finding) => viewFinding(allocation, finding, session)),
    application,
    module,
    label,
    deadline: formatInstant(deadlineOfAllocation(allocation, defaults)),
  }) as Static<typeof AllocationView>;
}
