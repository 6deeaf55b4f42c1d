import type { Ms } from "./fact.ts";

/**
 * Why somebody must look. The rank orders them, worst first; it is what stores keep, so a rank once given
 * stays with its kind for ever (the gaps are for kinds to come).
 */
export const FINDINGS = {
  stuck: {
    rank: 10,
    remedy:
      "After many attempts, or a definite no, it is tried once a day: do what the provider's words ask for, then order it reclaimed, or delete it by hand and confirm it gone.",
  },
  zombie: {
    rank: 15,
    remedy:
      "It was said to be gone, and exists: delete it at the provider and confirm it gone, or extend it if it is to stay.",
  },
  contradicted: {
    rank: 20,
    remedy:
      "Two reports deny each other. Look at the provider: report what is gone freed by its external id, or confirm all of it gone; of an allocation, confirm its outcome.",
  },
  duplicate: {
    rank: 25,
    remedy:
      "Two things were created for one: delete what nobody uses, and report each freed by its external id once it is gone.",
  },
  "unknown-outcome": {
    rank: 30,
    remedy:
      "Ask the provider for the drett id: report it allocated if it is there, failed with allAttempts if it is not.",
  },
  "budget-spent": {
    rank: 33,
    remedy:
      "More is to be freed than the policy may: look whether all of it is really lost. If so, order it, or raise the budget.",
  },
  "release-failed": {
    rank: 35,
    remedy: "Order it reclaimed, or delete it at the provider and confirm it gone.",
  },
  abandoned: {
    rank: 40,
    remedy:
      "Its allocation did not come about: order it reclaimed, or delete it at the provider and confirm it gone; forget it if it is to stay.",
  },
  "session-lapsed": {
    rank: 45,
    remedy:
      "Its engine is not heard any more: look whether it is still needed. If not, order it reclaimed, or delete it at the provider and confirm it gone; else extend it.",
  },
  "over-ttl": {
    rank: 50,
    remedy:
      "Order it reclaimed, or delete it at the provider and confirm it gone; extend it if it is still needed.",
  },
  "release-overdue": {
    rank: 55,
    remedy:
      "Look whether the provider still has it: order it reclaimed, or delete it again and confirm it gone.",
  },
  "overdue-intent": {
    rank: 60,
    remedy:
      "The engine may have died after its create call. Ask the provider for the drett id: report it allocated if it is there, confirm it never created if it is not.",
  },
  "lapsed-together": {
    rank: 65,
    remedy:
      "More likely the network than the death of so many: look whether they run. What follows for their resources waits until then, or until you confirm that one has lapsed.",
  },
  frozen: {
    rank: 66,
    remedy: "Nothing is freed meanwhile: see to the cause, and lift the freeze.",
  },
  "plan-waiting": {
    rank: 68,
    remedy: "Look through the plan; approve it with its count, or abort it.",
  },
  "overdue-allocation": {
    rank: 70,
    remedy:
      "Find out whether its engine still runs; finish the allocation, or confirm its outcome, if it does not.",
  },
  "hold-ended": {
    rank: 80,
    remedy: "Nobody said whether it may be touched now: lift the hold, or hold it anew.",
  },
  unwatched: {
    rank: 90,
    remedy:
      "Order it reclaimed, or delete it at the provider and confirm it gone; forget it if it is to stay, and register the next one with a TTL.",
  },
} as const satisfies Record<string, { rank: number; remedy: string }>;

export type FindingKind = keyof typeof FINDINGS;
export const FINDING_KINDS = Object.keys(FINDINGS) as FindingKind[];

/** A finding holds from a moment on: in the past it is found, in the future it is due. */
export interface Finding {
  readonly kind: FindingKind;
  readonly from: Ms;
  /** The places of the facts that it rests on, in the record's facts. */
  readonly facts: readonly number[];
}

export const rankOf = (kind: FindingKind): number => FINDINGS[kind].rank;

export function kindOfRank(rank: number): FindingKind {
  const kind = FINDING_KINDS.find((kind) => rankOf(kind) === rank);
  if (!kind) throw new Error(`no finding has rank ${rank}`);
  return kind;
}

function worstFirst(a: Finding, b: Finding): number {
  return rankOf(a.kind) - rankOf(b.kind) || a.from - b.from;
}

export interface Due {
  /** When somebody is needed unless something happens first; in the past where somebody is needed now. */
  readonly due: Ms | null;
  /** What holds now, worst first. */
  readonly findings: readonly Finding[];
  /** When to look again: the next moment at which something begins to hold. */
  readonly next: Ms | null;
}

/** Splits what holds, now or later, into what is found and what is to come. */
export function dueOf(conditions: readonly Finding[], now: Ms): Due {
  const times = conditions.map(({ from }) => from);
  return {
    due: earliest(times),
    findings: conditions.filter(({ from }) => from <= now).sort(worstFirst),
    next: earliest(times.filter((from) => from > now)),
  };
}

export function earliest(times: readonly (Ms | null)[]): Ms | null {
  const known = times.filter((time) => time !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
