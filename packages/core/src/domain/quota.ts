import { liveExternalIds } from "./existence.ts";
import type { Description } from "./fact.ts";
import { describe, type Resource } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { isSettled, stateOf } from "./resource-state.ts";

/** What an application may have at a time. */
export interface Quota {
  readonly live?: number;
  /** By currency; what has no price is not counted. */
  readonly costPerHour?: { readonly [currency: string]: number };
}

/** By application; `*` for those that are not named, each for itself. */
export type Quotas = { readonly [application: string]: Quota };

/** What counts towards the quota of an application. */
export interface Burden {
  readonly application: string;
  readonly currency?: string;
  /** An hour, in millionths of the currency: sums of whole numbers do not drift. */
  readonly millionths: number;
}

/** What an application has. */
export interface Usage {
  live: number;
  /** An hour, by currency. */
  readonly millionths: Map<string, number>;
}

/** By application. */
export type Usages = Map<string, Usage>;

/** What an application may have, and has; nothing for one without a quota. */
export type AllowanceOf = (application: string) => { quota: Quota; usage: Usage } | undefined;

const MILLION = 1_000_000;

export const quotaOf = (quotas: Quotas, application: string): Quota | undefined =>
  Object.hasOwn(quotas, application) ? quotas[application] : quotas["*"];

/** Nothing where it is closed and nobody knows of anything that still exists. */
export function burdenOf(resource: Resource): Burden | undefined {
  if (isSettled(resource) || stateOf(resource) === "forgotten") return undefined;
  return burdenOfThose(describe(resource), liveExternalIds(resource).length);
}

function burdenOfThose({ application, price }: Description, live: number): Burden {
  if (!price) return { application, millionths: 0 };
  const millionths = Math.round(price.amount * MILLION) * Math.max(1, live);
  return { application, currency: price.currency, millionths };
}

export const noUsage = (): Usage => ({ live: 0, millionths: new Map() });

export function addBurden(usages: Usages, burden: Burden, times: 1 | -1): void {
  const { application, currency, millionths } = burden;
  const usage = usages.get(application) ?? noUsage();
  usage.live += times;
  if (currency !== undefined) {
    usage.millionths.set(currency, (usage.millionths.get(currency) ?? 0) + times * millionths);
  }
  usages.set(application, usage);
}

/** Refuses one more that would be over the quota of its application; else adds it to what the command plans so far. */
export function planWithin(
  about: Description,
  planned: Usages,
  allowanceOf: AllowanceOf,
): Refusal | undefined {
  const allowance = allowanceOf(about.application);
  if (!allowance) return undefined;
  const burden = burdenOfThose(about, 1);
  const usages = [allowance.usage, planned.get(about.application) ?? noUsage()];
  const refusal = overLive(burden, allowance.quota, usages) ?? overCost(burden, allowance.quota, usages);
  if (!refusal) addBurden(planned, burden, 1);
  return refusal;
}

function overLive(
  { application }: Burden,
  { live: most }: Quota,
  usages: readonly Usage[],
): Refusal | undefined {
  const live = usages.reduce((sum, usage) => sum + usage.live, 0);
  if (most === undefined || live + 1 <= most) return undefined;
  return refuse("quota-reached", `${application} has ${live} live resources and may have ${most}.`);
}

function overCost(
  { application, currency = "", millionths }: Burden,
  { costPerHour }: Quota,
  usages: readonly Usage[],
): Refusal | undefined {
  const most = costPerHour?.[currency];
  // What costs nothing takes nothing from the limit.
  if (most === undefined || millionths === 0) return undefined;
  const now = usages.reduce((sum, usage) => sum + (usage.millionths.get(currency) ?? 0), 0);
  if (now + millionths <= Math.round(most * MILLION)) return undefined;
  const costs = `${application} costs ${now / MILLION} ${currency} an hour and may cost ${most}`;
  return refuse("quota-reached", `${costs}; this one is of ${millionths / MILLION}.`);
}
