import { describe, type Resource } from "./record.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { ResourceState } from "./resource-state.ts";

/** What an application may have at a time. */
export interface Quota {
  readonly live?: number;
  /** By currency; what has no price is not counted. */
  readonly costPerHour?: { readonly [currency: string]: number };
}

/** By application; `*` for those that are not named, each for itself. */
export type Quotas = { readonly [application: string]: Quota };

export interface Usage {
  readonly live: number;
  readonly costPerHour: { readonly [currency: string]: number };
}

/** What runs up cost, or may. */
export const LIVE_STATES = [
  "pending",
  "unknown",
  "allocated",
  "releasing",
] as const satisfies readonly ResourceState[];

interface Priced {
  readonly price?: { readonly amount: number; readonly currency: string } | undefined;
}

export const NO_USAGE: Usage = { live: 0, costPerHour: {} };

export const quotaOf = (quotas: Quotas, application: string): Quota | undefined =>
  Object.hasOwn(quotas, application) ? quotas[application] : quotas["*"];

export function usageOf(resources: readonly Priced[]): Usage {
  return resources.map(({ price }) => used(price)).reduce(together, NO_USAGE);
}

export const usageOfLive = (resources: readonly Resource[]): Usage => usageOf(resources.map(describe));

export function together(one: Usage, other: Usage): Usage {
  const costPerHour = { ...one.costPerHour };
  for (const [currency, amount] of Object.entries(other.costPerHour)) {
    costPerHour[currency] = (costPerHour[currency] ?? 0) + amount;
  }
  return { live: one.live + other.live, costPerHour };
}

/** Refuses what would go over the quota; what is at its limit exactly is within it. */
export function overQuota(
  application: string,
  quota: Quota,
  { used, asked }: { readonly used: Usage; readonly asked: Usage },
): Refusal | undefined {
  const after = together(used, asked);
  if (quota.live !== undefined && after.live > quota.live) {
    return reached(`${application} has ${used.live} live resources and may have ${quota.live}`, asked);
  }
  for (const [currency, most] of Object.entries(quota.costPerHour ?? {})) {
    if ((after.costPerHour[currency] ?? 0) <= most || (asked.costPerHour[currency] ?? 0) === 0) continue;
    const now = used.costPerHour[currency] ?? 0;
    return reached(`${application} costs ${now} ${currency} an hour and may cost ${most}`, asked);
  }
  return undefined;
}

const reached = (detail: string, { live }: Usage) =>
  refuse("quota-reached", `${detail}; ${live === 1 ? "one more was" : `${live} more were`} asked for.`);

const used = (price: Priced["price"]): Usage => ({
  live: 1,
  costPerHour: price ? { [price.currency]: price.amount } : {},
});
