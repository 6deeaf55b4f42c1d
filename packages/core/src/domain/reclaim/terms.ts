import type { Defaults } from "../defaults.ts";
import { type Attempts, policyFor } from "../policy.ts";
import { describe, type Resource } from "../record.ts";
import { ATTEMPTS, SETTLE_SECONDS } from "./reclaim-defaults.ts";

type Reclaiming = Pick<Defaults, "reclaim">;

const policyOf = (resource: Resource, { reclaim }: Reclaiming) =>
  policyFor(reclaim.policies, describe(resource));

/** How it is tried to free it, whether by a policy or not. */
export const attemptsFor = (resource: Resource, defaults: Reclaiming): Attempts =>
  policyOf(resource, defaults)?.attempts ?? ATTEMPTS;

/** How far apart two looks at it must be. */
export const settleSecondsFor = (resource: Resource, defaults: Reclaiming): number =>
  policyOf(resource, defaults)?.settleSeconds ?? SETTLE_SECONDS;
