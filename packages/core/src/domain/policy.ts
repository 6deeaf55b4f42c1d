import type { Description } from "./fact.ts";

/** `observe`: nothing is freed; `ask`: plans wait for a person; `auto`: what is due is freed. */
export const MODES = ["observe", "ask", "auto"] as const;
export type Mode = (typeof MODES)[number];

/** What may be freed without its owner, how, and how fast. */
export interface Policy {
  readonly name: string;
  readonly match: Match;
  readonly mode: Mode;
  /** Whether what was asked for twice and not found is settled as never created, without a person. */
  readonly settlesNeverCreated: boolean;
  /** How long after it became due. */
  readonly graceSeconds: number;
  readonly attempts: Attempts;
  readonly budget: Budget;
  /** For how long after its start a server frees nothing. */
  readonly startFreezeSeconds: number;
  /** How far apart two looks must be to prove something. */
  readonly settleSeconds: number;
}

/** Of every property that is named, one of the values; of all labels that are named, the value. */
export interface Match {
  readonly application?: readonly string[];
  readonly module?: readonly string[];
  readonly owner?: readonly string[];
  readonly type?: readonly string[];
  readonly scope?: readonly string[];
  readonly labels?: { readonly [key: string]: string };
}

export interface Attempts {
  /** After so many in a row it is stuck. */
  readonly most: number;
  /** How long one may take. */
  readonly limitSeconds: number;
  /** The pause after the first; each further one is twice as long. */
  readonly firstPauseSeconds: number;
  /** No pause is longer. */
  readonly longestPauseSeconds: number;
  /** The pause once it is stuck. */
  readonly stuckPauseSeconds: number;
}

/** Zero is none at all. */
export interface Budget {
  /** How many resources in a window. */
  readonly count: number;
  /** How many percent of those that are live, rounded up. */
  readonly percent: number;
  readonly windowSeconds: number;
}

const NAMED = ["application", "module", "owner", "type", "scope"] as const;

export function matches({ labels = {}, ...match }: Match, about: Description): boolean {
  const isNamed = (property: (typeof NAMED)[number]) => {
    const [wanted, is] = [match[property], about[property]];
    return wanted === undefined || (is !== undefined && wanted.includes(is));
  };
  return (
    NAMED.every(isNamed) && Object.entries(labels).every(([key, value]) => about.labels?.[key] === value)
  );
}

/** The first that matches. */
export const policyFor = (policies: readonly Policy[], about: Description): Policy | undefined =>
  policies.find(({ match }) => matches(match, about));
