import { sameJson } from "./json.ts";
import type { FreezeFact, FreezeReport } from "./reclaim/freeze.ts";
import type { PlanFact, PlanReport } from "./reclaim/plan.ts";
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
  /** The engine process that watches over it. */
  readonly session?: string;
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
  | (Deciding & {
      readonly kind: "reclaim-ordered";
      /** Those that lived then; it speaks of no other. */
      readonly externalIds: readonly string[];
      /** The number of the last claim before it, 0 if there was none: what came of that one is over. */
      readonly afterClaim: number;
      /** The plan that it is an item of. */
      readonly plan?: string;
    })
  | { readonly kind: "held"; readonly hold: string; readonly until: Ms; readonly reason: string }
  | { readonly kind: "unheld"; readonly hold: string; readonly reason: string };

/** What drett itself says of a resource, as its session fares. */
export type ResourceFollowing =
  | {
      readonly kind: "session-lapsed";
      readonly session: string;
      readonly lapse: number;
      readonly host?: string;
      readonly pid?: number;
    }
  | { readonly kind: "session-recovered"; readonly session: string; readonly lapse: number }
  | { readonly kind: "session-closed"; readonly session: string };

/** What a look at the provider came to. */
type ResourceSighting =
  | { readonly kind: "seen"; readonly externalId: string; readonly provider: string }
  | { readonly kind: "seen-gone"; readonly externalId: string; readonly provider: string }
  /** The provider knows nothing that carries its drett id. */
  | { readonly kind: "not-found"; readonly provider: string };

/** What drett does to free it. */
export type ResourceReclaim =
  /** From here on it is drett's to free, until then or until one of the others ends the claim. */
  | {
      readonly kind: "claimed";
      readonly claim: number;
      readonly until: Ms;
      /** Its own id, by which whoever asked for the claim knows it. */
      readonly attempt: string;
      readonly because: ClaimCause;
      /** Where there is one. */
      readonly policy?: string;
    }
  | { readonly kind: "claim-withdrawn"; readonly claim: number; readonly reason: string }
  | {
      readonly kind: "reclaim-failed";
      readonly claim: number;
      readonly reason: string;
      /** It is tried no more, but for once in a long while. */
      readonly stuck?: true;
      /** The provider asked not to come again before. */
      readonly until?: Ms;
    }
  | { readonly kind: "proven-gone"; readonly claim: number; readonly externalIds: readonly string[] }
  | { readonly kind: "proven-never-created"; readonly externalIds: readonly string[] };

export type ClaimCause = "policy" | "plan" | "order";

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
      /** The session of its resources that name none. */
      readonly session?: string;
    }
  | { readonly kind: "done"; readonly reason?: string }
  | { readonly kind: "failed"; readonly reason?: string };

/** What people say of an allocation. */
export type AllocationDecision = Deciding & {
  readonly kind: "confirmed-outcome";
  readonly outcome: "done" | "failed";
};

/** What people say of a session. */
export type SessionDecision = Deciding & { readonly kind: "confirmed-lapsed"; readonly lapse: number };

/** What is said of a session: by its engine that it opened and closed, by drett the rest. */
export type SessionReport =
  | {
      readonly kind: "opened";
      readonly application: string;
      readonly module: string;
      readonly ttlSeconds: number;
      readonly host?: string;
      readonly pid?: number;
    }
  | { readonly kind: "closed"; readonly reason?: string }
  | {
      readonly kind: "lapsed";
      /** Its number: a session may lapse again. */
      readonly lapse: number;
      /** When it was heard last, as far as is known. */
      readonly heard?: Ms;
      /** Where many fell silent at once: how many of how many, and until when nothing follows from it. */
      readonly together?: { readonly silent: number; readonly of: number };
      readonly until?: Ms;
    }
  | { readonly kind: "recovered"; readonly lapse: number; readonly lost?: readonly Lost[] };

/** What a session that is heard again has lost. */
export interface Lost {
  readonly resource: string;
  readonly claim: number;
  readonly since: Ms;
  /** Nobody knew yet what would come of the claim. */
  readonly inProgress?: true;
}

export interface Stamp {
  /** When it happened, as told by who reports it; never later than `arrival`. */
  readonly at: Ms;
  /** When drett first heard it. */
  readonly arrival: Ms;
  readonly actor: string;
  /** The `at` that was told, where that lay in the future: a retry tells it again. */
  readonly told?: Ms;
}

/** All that is said of a resource by drett itself. */
export type ResourceNote = ResourceFollowing | ResourceSighting | ResourceReclaim;

/** The kinds of these. */
export const NOTES: ReadonlySet<string> = new Set<ResourceNote["kind"]>([
  "session-lapsed",
  "session-recovered",
  "session-closed",
  "seen",
  "seen-gone",
  "not-found",
  "claimed",
  "claim-withdrawn",
  "reclaim-failed",
  "proven-gone",
  "proven-never-created",
]);

export type ResourceFact = (ResourceReport | ResourceDecision | ResourceNote) & Stamp;
export type AllocationFact = (AllocationReport | AllocationDecision) & Stamp;
export type SessionFact = (SessionReport | SessionDecision) & Stamp;
export type Fact = ResourceFact | AllocationFact | SessionFact | FreezeFact | PlanFact;

type Said =
  | ResourceReport
  | ResourceDecision
  | ResourceNote
  | AllocationReport
  | AllocationDecision
  | SessionReport
  | SessionDecision
  | FreezeReport
  | PlanReport;

export function stamp<S extends Said>(
  said: S,
  at: Ms | undefined,
  { now, actor }: { now: Ms; actor: string },
): S & Stamp {
  if (at === undefined || at <= now) return { ...said, at: at ?? now, arrival: now, actor };
  return { ...said, at: now, arrival: now, actor, told: at };
}

/**
 * Whether the report is this fact told again. Without an `at` of its own a report is taken for the one
 * that says the same: a retry cannot be told from a repetition then.
 */
export function isRepeated(fact: Fact, report: Said, at: Ms | undefined): boolean {
  return (
    fact.kind === report.kind &&
    (at === undefined || at === (fact.told ?? fact.at)) &&
    sameJson(contentOf(fact), contentOf(report))
  );
}

function contentOf(said: Fact | Said): object {
  const { at, arrival, actor, told, ...content } = said as Fact;
  return content;
}
