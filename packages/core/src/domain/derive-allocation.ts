import { after, type Defaults } from "./defaults.ts";
import type { AllocationFact, Ms } from "./fact.ts";
import { type Due, dueOf, earliest, type Finding } from "./finding.ts";
import type { Allocation, FactOf } from "./record.ts";

export const ALLOCATION_STATES = ["open", "done", "failed"] as const;
export type AllocationState = (typeof ALLOCATION_STATES)[number];

export interface AllocationStatus extends Due {
  readonly state: AllocationState;
}

/** As for a resource: one pure function of the facts. Reported both done and failed, it failed, and is a finding. */
export function deriveAllocation(
  allocation: Allocation,
  { now, defaults }: { now: Ms; defaults: Defaults },
): AllocationStatus {
  const own = dueOf(conditionsOf(allocation, defaults), now);
  return {
    state: stateOfAllocation(allocation),
    ...own,
    next: earliest([own.next, lookAtMembers(allocation, now, defaults)]),
  };
}

export function stateOfAllocation(allocation: Allocation): AllocationState {
  if (has(allocation, "failed")) return "failed";
  return has(allocation, "done") ? "done" : "open";
}

export function deadlineOfAllocation(allocation: Allocation, defaults: Defaults): Ms {
  const { at, timeoutSeconds = defaults.intentSeconds } = begun(allocation);
  return after(at, timeoutSeconds);
}

/** When members that nobody released become findings: a grace after it failed, or was due and is still open. */
export function abandonsAt(allocation: Allocation, defaults: Defaults): Ms | null {
  switch (stateOfAllocation(allocation)) {
    case "done":
      return null;
    case "failed":
      return after(Math.min(...timesOf(allocation, "failed")), defaults.graceSeconds);
    case "open":
      return after(deadlineOfAllocation(allocation, defaults), defaults.graceSeconds);
  }
}

/**
 * When the sweep must carry out on the members what became of the allocation: as soon as it has begun (a journal
 * may have registered members before it) or is finished (a late `done` takes findings back), and when they
 * become abandoned.
 */
function lookAtMembers(allocation: Allocation, now: Ms, defaults: Defaults): Ms | null {
  const heard = allocation.facts.map(({ arrival }) => arrival);
  return earliest(
    [...heard, abandonsAt(allocation, defaults)].filter((time) => time !== null && time >= now),
  );
}

function conditionsOf(allocation: Allocation, defaults: Defaults): Finding[] {
  const state = stateOfAllocation(allocation);
  const places = allocation.facts.map((_, place) => place);
  if (state === "open") {
    return [{ kind: "overdue-allocation", from: deadlineOfAllocation(allocation, defaults), facts: places }];
  }
  if (!has(allocation, "done") || !has(allocation, "failed")) return [];
  const from = Math.max(Math.min(...timesOf(allocation, "done")), Math.min(...timesOf(allocation, "failed")));
  return [
    {
      kind: "contradicted",
      from,
      facts: places.filter((place) => allocation.facts[place]?.kind !== "begun"),
    },
  ];
}

export function begun(allocation: Allocation): FactOf<AllocationFact, "begun"> {
  const fact = allocation.facts.find(({ kind }) => kind === "begun");
  if (fact?.kind !== "begun") throw new Error(`allocation ${allocation.id} never began`);
  return fact;
}

const has = (allocation: Allocation, kind: AllocationFact["kind"]) =>
  allocation.facts.some((fact) => fact.kind === kind);

const timesOf = (allocation: Allocation, kind: AllocationFact["kind"]) =>
  allocation.facts.flatMap((fact) => (fact.kind === kind ? [fact.at] : []));
