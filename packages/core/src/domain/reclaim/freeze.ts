import type { Ms, Stamp } from "../fact.ts";
import { type Due, dueOf, type Finding } from "../finding.ts";
import { formatInstant } from "../instant.ts";
import type { Freezing } from "./outlook.ts";

/** Nothing is freed for a while: everywhere, or by one policy. */
export interface Freeze {
  readonly kind: "freeze";
  readonly id: string;
  readonly facts: readonly FreezeFact[];
}

/** `order`: a person wants it; `clock`: the clock cannot be trusted; `budget`: a policy was to free more than it may. */
export const FREEZE_CAUSES = ["order", "clock", "budget"] as const;
type FreezeCause = (typeof FREEZE_CAUSES)[number];

export type FreezeReport =
  | {
      readonly kind: "frozen";
      readonly cause: FreezeCause;
      readonly reason: string;
      readonly until?: Ms;
      /** The one that it stops; absent: all, and whatever else frees. */
      readonly policy?: string;
    }
  | { readonly kind: "thawed"; readonly reason: string };

export type FreezeFact = FreezeReport & Stamp;

export const FREEZE_STATES = ["frozen", "over"] as const;

export interface FreezeStatus extends Due {
  readonly state: (typeof FREEZE_STATES)[number];
}

export function deriveFreeze(freeze: Freeze, now: Ms): FreezeStatus {
  const { at, until = Number.POSITIVE_INFINITY, cause } = frozen(freeze);
  const isOver = until <= now || freeze.facts.some(({ kind }) => kind === "thawed");
  if (isOver) return { state: "over", due: null, findings: [], next: null };
  const kind = cause === "budget" ? "budget-spent" : "frozen";
  const finding: Finding = { kind, from: at, facts: [0] };
  return { state: "frozen", ...dueOf([finding], now), next: Number.isFinite(until) ? until : null };
}

/** Its first fact. */
export function frozen(freeze: Freeze): Extract<FreezeFact, { kind: "frozen" }> {
  const [fact] = freeze.facts;
  if (fact?.kind !== "frozen") throw new Error(`freeze ${freeze.id} was never frozen`);
  return fact;
}

/** In words. */
export function endOfFreeze(freeze: Freeze): string {
  const { until, cause } = frozen(freeze);
  if (until !== undefined) return formatInstant(until);
  return cause === "budget" ? "what is due fits its budget" : "somebody lifts it";
}

/** What it keeps from being freed. */
export function freezing(freeze: Freeze): Freezing {
  const { policy, reason, until, at } = frozen(freeze);
  const says = `Frozen since ${formatInstant(at)}, until ${endOfFreeze(freeze)} (${freeze.id}: ${reason}).`;
  return { says, ...(policy !== undefined && { policy }), ...(until !== undefined && { until }) };
}
