import { after, type Defaults } from "./defaults.ts";
import type { AllocationFact, Ms } from "./fact.ts";
import { type Due, dueOf, earliest, type Finding } from "./finding.ts";
import type { Allocation, FactOf } from "./record.ts";

export const ALLOCATION_STATES = ["open", "done", "failed"] as const;
export type AllocationState = (typeof ALLOCATION_STATES)[number];

export interface AllocationStatus extends Due {
  readonly state: AllocationState;
}

/** As for a resource: one pure function of the facts. Said to be both done and failed, it failed, and is a finding. */
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
  const endings = endingsOf(allocation);
  if (endings.some(({ outcome }) => outcome === "failed")) return "failed";
  return endings.length > 0 ? "done" : "open";
}

interface Ending {
  readonly outcome: "done" | "failed";
  readonly at: Ms;
  /** Of the fact in the allocation's facts. */
  readonly place: number;
}

/** How it ended, as engines report it; the last word of a person stands against what they said until then. */
export function endingsOf({ facts }: Allocation): readonly Ending[] {
  const said = facts.flatMap((fact, place) => {
    if (fact.kind === "begun") return [];
    return [{ outcome: fact.kind === "confirmed-outcome" ? fact.outcome : fact.kind, at: fact.at, place }];
  });
  const words = facts.filter((fact) => fact.kind === "confirmed-outcome");
  const [word] = words.sort((a, b) => b.at - a.at || (a.decision < b.decision ? -1 : 1));
  return word ? said.filter(({ outcome, at }) => outcome === word.outcome || at > word.at) : said;
}

export const isContradicted = (allocation: Allocation): boolean =>
  new Set(endingsOf(allocation).map(({ outcome }) => outcome)).size > 1;

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
      return after(firstOf(allocation, "failed"), defaults.graceSeconds);
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
  if (stateOfAllocation(allocation) === "open") {
    const facts = allocation.facts.map((_, place) => place);
    return [{ kind: "overdue-allocation", from: deadlineOfAllocation(allocation, defaults), facts }];
  }
  if (!isContradicted(allocation)) return [];
  const from = Math.max(firstOf(allocation, "done"), firstOf(allocation, "failed"));
  return [{ kind: "contradicted", from, facts: endingsOf(allocation).map(({ place }) => place) }];
}

export function begun(allocation: Allocation): FactOf<AllocationFact, "begun"> {
  const fact = allocation.facts.find(({ kind }) => kind === "begun");
  if (fact?.kind !== "begun") throw new Error(`allocation ${allocation.id} never began`);
  return fact;
}

const firstOf = (allocation: Allocation, ended: "done" | "failed"): Ms =>
  Math.min(...endingsOf(allocation).flatMap(({ outcome, at }) => (outcome === ended ? [at] : [])));
