import { type Static, Type } from "typebox";
import { formatInstant } from "../../domain/instant.ts";
import {
  deriveFreeze,
  FREEZE_CAUSES,
  FREEZE_STATES,
  type Freeze,
  frozen,
} from "../../domain/reclaim/freeze.ts";
import { present } from "../../domain/registration.ts";
import { Id, Instant, Shape, Text } from "../../domain/shapes.ts";
import { FindingView, viewFinding } from "./finding.ts";
import { type Moment, oneOf } from "./standing.ts";

export const FreezeStateName = oneOf(FREEZE_STATES);

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
