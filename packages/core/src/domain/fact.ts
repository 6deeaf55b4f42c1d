import { sameJson } from "./json.ts";
import type { Price } from "./shapes.ts";

/** Milliseconds since 1970, UTC. */
export type Ms = number;

/** What a resource is. */
export interface Description {
  readonly application: string;
  readonly module?: string;
  readonly type: string;
  readonly owner: string;
  readonly allocation?: string;
  readonly scope?: string;
  readonly parent?: string;
  /** How long it may live; `null`: no end; absent: the default. */
  readonly ttlSeconds?: number | null;
  readonly labels?: Readonly<Record<string, string>>;
  readonly price?: Price;
}

/** What engines say of a resource. */
export type ResourceReport =
  | {
      readonly kind: "intent";
      readonly about: Description;
      readonly timeoutSeconds?: number;
      readonly data?: object;
    }
  | { readonly kind: "failed"; readonly reason: string; readonly allAttempts?: boolean }
  | { readonly kind: "unknown"; readonly reason: string }
  | {
      readonly kind: "allocated";
      readonly externalId: string;
      readonly data?: object;
      readonly about?: Description;
    }
  | { readonly kind: "releasing"; readonly timeoutSeconds?: number }
  | { readonly kind: "release-failed"; readonly reason: string }
  | { readonly kind: "freed"; readonly externalId?: string }
  | { readonly kind: "extended"; readonly until: Ms };

/** What people say of a resource. */
export type ResourceDecision =
  | (Deciding & { readonly kind: "confirmed-exists"; readonly externalId: string })
  | Closing<"confirmed-gone">
  | Closing<"confirmed-never-created">
  | Closing<"forgotten">
  | { readonly kind: "held"; readonly hold: string; readonly until: Ms; readonly reason: string }
  | { readonly kind: "unheld"; readonly hold: string; readonly reason: string };

interface Deciding {
  /** Its own id, by which it is known when it is told again. */
  readonly decision: string;
  readonly reason: string;
}

interface Closing<Kind> extends Deciding {
  readonly kind: Kind;
  /** Those that the person knew; it speaks of no other. */
  readonly externalIds: readonly string[];
  /** It speaks of nothing that happened later: the person had not seen what had come since. */
  readonly upTo?: Ms;
}

/** What engines say of an allocation. */
export type AllocationReport =
  | {
      readonly kind: "begun";
      readonly application: string;
      readonly module: string;
      readonly timeoutSeconds?: number;
      readonly label?: string;
    }
  | { readonly kind: "done"; readonly reason?: string }
  | { readonly kind: "failed"; readonly reason?: string };

interface Stamp {
  /** When it happened, as told by who reports it; never later than `arrival`. */
  readonly at: Ms;
  /** When drett first heard it. */
  readonly arrival: Ms;
  readonly actor: string;
  /** The `at` that was told, where that lay in the future: a retry tells it again. */
  readonly told?: Ms;
}

export type ResourceFact = (ResourceReport | ResourceDecision) & Stamp;
export type AllocationFact = AllocationReport & Stamp;
export type Fact = ResourceFact | AllocationFact;

export function stamp<Said extends ResourceReport | ResourceDecision | AllocationReport>(
  said: Said,
  at: Ms | undefined,
  { now, actor }: { now: Ms; actor: string },
): Said & Stamp {
  if (at === undefined || at <= now) return { ...said, at: at ?? now, arrival: now, actor };
  return { ...said, at: now, arrival: now, actor, told: at };
}

/**
 * Whether the report is this fact told again. Without an `at` of its own a report is taken for the one
 * that says the same: a retry cannot be told from a repetition then.
 */
export function isRepeated(
  fact: Fact,
  report: ResourceReport | AllocationReport,
  at: Ms | undefined,
): boolean {
  return (
    fact.kind === report.kind &&
    (at === undefined || at === (fact.told ?? fact.at)) &&
    sameJson(contentOf(fact), contentOf(report))
  );
}

function contentOf(said: Fact | ResourceReport | AllocationReport): object {
  const { at, arrival, actor, told, ...content } = said as Fact;
  return content;
}
