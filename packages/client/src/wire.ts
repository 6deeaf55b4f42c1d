// Written by `npm run generate` from the server's commands. Do not edit.

/** I am about to create these together, by one deadline. */
export type BeginAllocation = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id?: string;
  readonly application: string;
  readonly module: string;
  /** whole seconds, 0 to 315,360,000 (ten years) */
  readonly timeoutSeconds?: number;
  readonly label?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly session?: string;
  readonly resources?: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly session?: string;
    readonly application?: string;
    readonly module?: string;
    readonly type: string;
    readonly owner: string;
    readonly scope?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly parent?: string;
    readonly ttlSeconds?: number | null;
    /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
    readonly labels?: { readonly [key: string]: string };
    readonly price?: {
      readonly amount: number;
      /** ISO 4217, such as EUR */
      readonly currency: string;
      readonly per: "hour";
    };
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id?: string;
    /** whole seconds, 0 to 315,360,000 (ten years) */
    readonly timeoutSeconds?: number;
    /** a JSON object of up to 16384 bytes */
    readonly data?: { readonly [key: string]: unknown };
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at?: string;
  })[];
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `begin-allocation` answers. */
export type BeginAllocationReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  readonly resources: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
  })[];
};

/** All of it is there, or it did not come about. */
export type FinishAllocation = {
  readonly outcome: "done" | "failed";
  readonly reason?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `finish-allocation` answers. */
export type FinishAllocationReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** I am about to create this. */
export type RegisterIntent = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly session?: string;
  readonly application?: string;
  readonly module?: string;
  readonly type: string;
  readonly owner: string;
  readonly scope?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly parent?: string;
  readonly ttlSeconds?: number | null;
  /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
  readonly labels?: { readonly [key: string]: string };
  readonly price?: {
    readonly amount: number;
    /** ISO 4217, such as EUR */
    readonly currency: string;
    readonly per: "hour";
  };
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id?: string;
  /** whole seconds, 0 to 315,360,000 (ten years) */
  readonly timeoutSeconds?: number;
  /** a JSON object of up to 16384 bytes */
  readonly data?: { readonly [key: string]: unknown };
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly allocation?: string;
  /** opens `session` in the same commit, where it is not known yet, for this application and module: as `open-session` does */
  readonly opens?: {
    /** whole seconds, 5 to 86,400 (a day) */
    readonly ttlSeconds: number;
    readonly host?: string;
    /** a process id */
    readonly pid?: number;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at?: string;
  };
};

/** What `register-intent` answers. */
export type RegisterIntentReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** It exists, and the provider calls it so. */
export type ReportAllocated = {
  readonly externalId: string;
  /** a JSON object of up to 16384 bytes */
  readonly data?: { readonly [key: string]: unknown };
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly allocation?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly session?: string;
  readonly application?: string;
  readonly module?: string;
  readonly type?: string;
  readonly owner?: string;
  readonly scope?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly parent?: string;
  readonly ttlSeconds?: number | null;
  /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
  readonly labels?: { readonly [key: string]: string };
  readonly price?: {
    readonly amount: number;
    /** ISO 4217, such as EUR */
    readonly currency: string;
    readonly per: "hour";
  };
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-allocated` answers. */
export type ReportAllocatedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** The reply did not come, or cannot be judged. */
export type ReportUnknown = {
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-unknown` answers. */
export type ReportUnknownReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** This attempt was refused: nothing came of it. */
export type ReportFailed = {
  readonly reason: string;
  readonly allAttempts?: boolean;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-failed` answers. */
export type ReportFailedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** I am about to delete it. */
export type ReportReleasing = {
  /** whole seconds, 0 to 315,360,000 (ten years) */
  readonly timeoutSeconds?: number;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-releasing` answers. */
export type ReportReleasingReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** The delete failed: it may still be there. */
export type ReportReleaseFailed = {
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-release-failed` answers. */
export type ReportReleaseFailedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** It is gone. */
export type ReportFreed = {
  readonly externalId?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `report-freed` answers. */
export type ReportFreedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** The thing of this owner, type and external id is gone. */
export type FreeByAttributes = {
  readonly owner: string;
  readonly type: string;
  readonly externalId: string;
  readonly scope?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `free-by-attributes` answers. */
export type FreeByAttributesReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** Keep it until then. */
export type Extend = {
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly until: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `extend` answers. */
export type ExtendReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** I run, and you will hear of me. */
export type OpenSession = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id?: string;
  readonly application: string;
  readonly module: string;
  /** whole seconds, 5 to 86,400 (a day) */
  readonly ttlSeconds: number;
  readonly host?: string;
  /** a process id */
  readonly pid?: number;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `open-session` answers. */
export type OpenSessionReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** I still run. */
export type Heartbeat = Record<string, never>;

/** What `heartbeat` answers. */
export type HeartbeatReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  readonly application: string;
  readonly state: "open" | "lapsed" | "closed";
  /** whole seconds, 5 to 86,400 (a day) */
  readonly ttlSeconds: number;
  /** what was claimed to be freed after the session had lapsed: it is not yours any more */
  readonly lost: readonly ({
    readonly code: "claimed" | "reclaim-in-progress";
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly resource: string;
    readonly claim: number;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
  })[];
};

/** I end in order. */
export type CloseSession = {
  readonly reason?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `close-session` answers. */
export type CloseSessionReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** I have seen it: it exists, and the provider calls it so. */
export type ConfirmExists = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
  readonly externalId: string;
};

/** What `confirm-exists` answers. */
export type ConfirmExistsReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** I have looked: nothing came of it. */
export type ConfirmNeverCreated = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `confirm-never-created` answers. */
export type ConfirmNeverCreatedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** I have looked: it is not there any more. */
export type ConfirmGone = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `confirm-gone` answers. */
export type ConfirmGoneReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** I have looked: all of it is there, or it did not come about. */
export type ConfirmOutcome = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
  readonly outcome: "done" | "failed";
};

/** What `confirm-outcome` answers. */
export type ConfirmOutcomeReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** I have looked: its engine does not run any more. */
export type ConfirmLapsed = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `confirm-lapsed` answers. */
export type ConfirmLapsedReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** Nobody will look after it any more, though it may still exist. */
export type Forget = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `forget` answers. */
export type ForgetReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** Hands off it until then. */
export type Hold = {
  /** an id of your own for the hold, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly hold?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly until: string;
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `hold` answers. */
export type HoldReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly hold: string;
  /** drett is about to free it: the hold may have come too late */
  readonly reclaim?: {
    readonly code: "reclaim-in-progress";
    readonly claim: number;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
  };
};

/** This hold on it is lifted. */
export type Unhold = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly hold: string;
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `unhold` answers. */
export type UnholdReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly hold: string;
};

/** Free it, whatever the policies say. */
export type ReclaimNow = {
  /** the `version` of the record that you saw, 1 or more */
  readonly seen: number;
  readonly reason: string;
  /** an id of your own for the decision, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `reclaim-now` answers. */
export type ReclaimNowReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly decision: string;
};

/** Free nothing for now. */
export type Freeze = {
  /** an id of your own for the freeze, so that a retry is known for one: 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id?: string;
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly until?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `freeze` answers. */
export type FreezeReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What was frozen may go on. */
export type Thaw = {
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `thaw` answers. */
export type ThawReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** Free what is on this list. */
export type ApprovePlan = {
  /** how many are on the list, as you saw it */
  readonly count: number;
  /** the `hash` of the list that you saw */
  readonly hash: string;
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `approve-plan` answers. */
export type ApprovePlanReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** Free nothing more of this list. */
export type AbortPlan = {
  readonly reason: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly at?: string;
};

/** What `abort-plan` answers. */
export type AbortPlanReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** Resources, the newest first, by what they are and how they stand. */
export type ListResources = {
  readonly state?: "pending" | "failed" | "unknown" | "allocated" | "releasing" | "freed" | "never-created" | "forgotten";
  readonly finding?: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
  readonly application?: string;
  readonly module?: string;
  readonly owner?: string;
  readonly type?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly allocation?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly session?: string;
  readonly externalId?: string;
  /** key=value; several: all of them */
  readonly label?: readonly (string)[];
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-resources` answers. */
export type ListResourcesReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
    /** how many facts it has: what a decision on it has `seen` */
    readonly version: number;
    readonly state: "pending" | "failed" | "unknown" | "allocated" | "releasing" | "freed" | "never-created" | "forgotten";
    readonly due: string | null;
    readonly findings: readonly ({
      readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** one sentence for a person */
      readonly says: string;
      /** what can be done */
      readonly remedy: string;
      /** the facts that it rests on */
      readonly evidence: readonly ({
        readonly kind: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly at: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly arrival: string;
        readonly actor: string;
      })[];
    })[];
    /** those that nobody has lifted; past its `until`, one has ended */
    readonly holds: readonly ({
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly hold: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly until: string;
      readonly reason: string;
      readonly actor: string;
    })[];
    readonly application: string;
    readonly module?: string;
    readonly type: string;
    readonly owner: string;
    readonly scope?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly parent?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly allocation?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly session?: string;
    readonly externalIds: readonly (string)[];
    /** those that nobody has said to be gone */
    readonly liveExternalIds: readonly (string)[];
    readonly ttlSeconds?: number | null;
    /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
    readonly labels?: { readonly [key: string]: string };
    readonly price?: {
      readonly amount: number;
      /** ISO 4217, such as EUR */
      readonly currency: string;
      readonly per: "hour";
    };
    readonly cost?: {
      readonly currency: string;
      readonly perHour: number;
      readonly soFar: number;
    };
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** One resource: how it stands, what is wrong, and all its facts. */
export type GetResource = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What `get-resource` answers. */
export type GetResourceReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** how many facts it has: what a decision on it has `seen` */
  readonly version: number;
  readonly state: "pending" | "failed" | "unknown" | "allocated" | "releasing" | "freed" | "never-created" | "forgotten";
  readonly due: string | null;
  readonly findings: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** one sentence for a person */
    readonly says: string;
    /** what can be done */
    readonly remedy: string;
    /** the facts that it rests on */
    readonly evidence: readonly ({
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    })[];
  })[];
  /** those that nobody has lifted; past its `until`, one has ended */
  readonly holds: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly hold: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly until: string;
    readonly reason: string;
    readonly actor: string;
  })[];
  readonly application: string;
  readonly module?: string;
  readonly type: string;
  readonly owner: string;
  readonly scope?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly parent?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly allocation?: string;
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly session?: string;
  readonly externalIds: readonly (string)[];
  /** those that nobody has said to be gone */
  readonly liveExternalIds: readonly (string)[];
  readonly ttlSeconds?: number | null;
  /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
  readonly labels?: { readonly [key: string]: string };
  readonly price?: {
    readonly amount: number;
    /** ISO 4217, such as EUR */
    readonly currency: string;
    readonly per: "hour";
  };
  readonly cost?: {
    readonly currency: string;
    readonly perHour: number;
    readonly soFar: number;
  };
  readonly facts: readonly ({
    readonly kind: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly arrival: string;
    readonly actor: string;
  })[];
};

/** Allocations, the newest first. */
export type ListAllocations = {
  readonly state?: "open" | "done" | "failed";
  readonly finding?: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
  readonly application?: string;
  readonly module?: string;
  readonly label?: string;
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-allocations` answers. */
export type ListAllocationsReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
    /** how many facts it has: what a decision on it has `seen` */
    readonly version: number;
    readonly state: "open" | "done" | "failed";
    readonly due: string | null;
    readonly findings: readonly ({
      readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** one sentence for a person */
      readonly says: string;
      /** what can be done */
      readonly remedy: string;
      /** the facts that it rests on */
      readonly evidence: readonly ({
        readonly kind: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly at: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly arrival: string;
        readonly actor: string;
      })[];
    })[];
    readonly application: string;
    readonly module: string;
    readonly label?: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly deadline: string;
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** One allocation and all its facts; its members are GET /v1/resources?allocation={id}. */
export type GetAllocation = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What `get-allocation` answers. */
export type GetAllocationReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** how many facts it has: what a decision on it has `seen` */
  readonly version: number;
  readonly state: "open" | "done" | "failed";
  readonly due: string | null;
  readonly findings: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** one sentence for a person */
    readonly says: string;
    /** what can be done */
    readonly remedy: string;
    /** the facts that it rests on */
    readonly evidence: readonly ({
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    })[];
  })[];
  readonly application: string;
  readonly module: string;
  readonly label?: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly deadline: string;
  readonly facts: readonly ({
    readonly kind: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly arrival: string;
    readonly actor: string;
  })[];
};

/** Sessions, the newest first. */
export type ListSessions = {
  readonly state?: "open" | "lapsed" | "closed";
  readonly finding?: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
  readonly application?: string;
  readonly module?: string;
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-sessions` answers. */
export type ListSessionsReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
    /** how many facts it has: what a decision on it has `seen` */
    readonly version: number;
    readonly state: "open" | "lapsed" | "closed";
    readonly due: string | null;
    readonly findings: readonly ({
      readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** one sentence for a person */
      readonly says: string;
      /** what can be done */
      readonly remedy: string;
      /** the facts that it rests on */
      readonly evidence: readonly ({
        readonly kind: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly at: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly arrival: string;
        readonly actor: string;
      })[];
    })[];
    readonly application: string;
    readonly module: string;
    readonly ttlSeconds: number;
    readonly host?: string;
    readonly pid?: number;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly opened: string;
    /** when it was heard last, as far as this server knows */
    readonly heard?: string;
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** One session and all its facts; its resources are GET /v1/resources?session={id}. */
export type GetSession = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What `get-session` answers. */
export type GetSessionReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  /** how many facts it has: what a decision on it has `seen` */
  readonly version: number;
  readonly state: "open" | "lapsed" | "closed";
  readonly due: string | null;
  readonly findings: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** one sentence for a person */
    readonly says: string;
    /** what can be done */
    readonly remedy: string;
    /** the facts that it rests on */
    readonly evidence: readonly ({
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    })[];
  })[];
  readonly application: string;
  readonly module: string;
  readonly ttlSeconds: number;
  readonly host?: string;
  readonly pid?: number;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly opened: string;
  /** when it was heard last, as far as this server knows */
  readonly heard?: string;
  readonly facts: readonly ({
    readonly kind: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly arrival: string;
    readonly actor: string;
  })[];
};

/** The policies of this server; of those that match, the first counts. */
export type ListPolicies = Record<string, never>;

/** What `list-policies` answers. */
export type ListPoliciesReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly name: string;
    readonly mode: "observe" | "ask" | "auto";
    readonly match: {
      readonly application?: readonly (string)[];
      readonly module?: readonly (string)[];
      readonly owner?: readonly (string)[];
      readonly type?: readonly (string)[];
      readonly scope?: readonly (string)[];
      readonly labels?: { readonly [key: string]: string };
    };
    readonly settlesNeverCreated: boolean;
    readonly graceSeconds: number;
    readonly attempts: {
      readonly most: number;
      readonly limitSeconds: number;
      readonly firstPauseSeconds: number;
      readonly longestPauseSeconds: number;
      readonly stuckPauseSeconds: number;
    };
    readonly budget: {
      readonly count: number;
      readonly percent: number;
      readonly windowSeconds: number;
    };
    readonly startFreezeSeconds: number;
    readonly settleSeconds: number;
  })[];
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** What drett would do with a resource, and when; or why it does nothing. */
export type GetPolicy = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What `get-policy` answers. */
export type GetPolicyReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  readonly policy?: {
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly name: string;
    readonly mode: "observe" | "ask" | "auto";
    readonly settlesNeverCreated: boolean;
    readonly graceSeconds: number;
    readonly attempts: {
      readonly most: number;
      readonly limitSeconds: number;
      readonly firstPauseSeconds: number;
      readonly longestPauseSeconds: number;
      readonly stuckPauseSeconds: number;
    };
    readonly budget: {
      readonly count: number;
      readonly percent: number;
      readonly windowSeconds: number;
    };
    readonly startFreezeSeconds: number;
    readonly settleSeconds: number;
  };
  readonly provider?: string;
  readonly because: "policy" | "plan" | "order";
  /** what would be freed */
  readonly externalIds: readonly (string)[];
  /** nothing is in the way: it is freed by the next pass */
  readonly frees: boolean;
  /** when, if nobody does anything: where time is all that is in the way */
  readonly from?: string;
  readonly obstacles: readonly ({
    readonly code: "nothing-to-free" | "not-due" | "no-policy" | "observe" | "ask" | "grace" | "session-alive" | "held" | "hold-ended" | "claimed" | "backing-off" | "children" | "no-provider" | "cannot-look" | "identity-reused" | "frozen" | "starting";
    /** one sentence for a person */
    readonly says: string;
    /** when it is over by itself */
    readonly until?: string;
  })[];
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** Plans, the newest first. */
export type ListPlans = {
  readonly state?: "waiting" | "running" | "done" | "aborted" | "expired";
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly policy?: string;
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-plans` answers. */
export type ListPlansReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
    readonly state: "waiting" | "running" | "done" | "aborted" | "expired";
    readonly findings: readonly ({
      readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** one sentence for a person */
      readonly says: string;
      /** what can be done */
      readonly remedy: string;
      /** the facts that it rests on */
      readonly evidence: readonly ({
        readonly kind: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly at: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly arrival: string;
        readonly actor: string;
      })[];
    })[];
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly policy: string;
    /** how many are on the list */
    readonly count: number;
    readonly hash: string;
    readonly cost: readonly ({
      readonly currency: string;
      readonly perHour: number;
    })[];
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly made: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly expires: string;
    readonly progress: {
      readonly waiting: number;
      readonly ordered: number;
      readonly skipped: number;
      readonly freed: number;
      readonly failed: number;
    };
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** One plan: its list, what became of each item, and all its facts. */
export type GetPlan = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
};

/** What `get-plan` answers. */
export type GetPlanReply = {
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly id: string;
  readonly state: "waiting" | "running" | "done" | "aborted" | "expired";
  readonly findings: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** one sentence for a person */
    readonly says: string;
    /** what can be done */
    readonly remedy: string;
    /** the facts that it rests on */
    readonly evidence: readonly ({
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    })[];
  })[];
  /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
  readonly policy: string;
  /** how many are on the list */
  readonly count: number;
  readonly hash: string;
  readonly cost: readonly ({
    readonly currency: string;
    readonly perHour: number;
  })[];
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly made: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly expires: string;
  readonly progress: {
    readonly waiting: number;
    readonly ordered: number;
    readonly skipped: number;
    readonly freed: number;
    readonly failed: number;
  };
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly resource: string;
    /** the version that it had when the plan was made */
    readonly version: number;
    readonly externalIds: readonly (string)[];
    readonly type: string;
    readonly owner: string;
    readonly application: string;
    /** why it is on the list */
    readonly says: string;
    readonly state: "waiting" | "ordered" | "skipped" | "freed" | "failed";
  })[];
  readonly facts: readonly ({
    readonly kind: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly at: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly arrival: string;
    readonly actor: string;
  })[];
};

/** Why nothing is freed for now, and was not before; the newest first. */
export type ListFreezes = {
  readonly state?: "frozen" | "over";
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-freezes` answers. */
export type ListFreezesReply = {
  readonly items: readonly ({
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly id: string;
    readonly state: "frozen" | "over";
    readonly findings: readonly ({
      readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** one sentence for a person */
      readonly says: string;
      /** what can be done */
      readonly remedy: string;
      /** the facts that it rests on */
      readonly evidence: readonly ({
        readonly kind: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly at: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly arrival: string;
        readonly actor: string;
      })[];
    })[];
    readonly cause: "order" | "clock" | "budget";
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly policy?: string;
    readonly reason: string;
    readonly actor: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly until?: string;
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** What is wrong, worst first, each with its evidence. */
export type ListFindings = {
  readonly kind?: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
  readonly application?: string;
  readonly module?: string;
  readonly owner?: string;
  readonly type?: string;
  /** 1 to 1000; 100 where nothing is said */
  readonly limit?: number;
  /** `next` of the page before */
  readonly cursor?: string;
};

/** What `list-findings` answers. */
export type ListFindingsReply = {
  readonly items: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly since: string;
    /** one sentence for a person */
    readonly says: string;
    /** what can be done */
    readonly remedy: string;
    /** the facts that it rests on */
    readonly evidence: readonly ({
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    })[];
    readonly resource?: {
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly id: string;
      /** how many facts it has: what a decision on it has `seen` */
      readonly version: number;
      readonly state: "pending" | "failed" | "unknown" | "allocated" | "releasing" | "freed" | "never-created" | "forgotten";
      readonly due: string | null;
      readonly findings: readonly ({
        readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly since: string;
        /** one sentence for a person */
        readonly says: string;
        /** what can be done */
        readonly remedy: string;
        /** the facts that it rests on */
        readonly evidence: readonly ({
          readonly kind: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly at: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly arrival: string;
          readonly actor: string;
        })[];
      })[];
      /** those that nobody has lifted; past its `until`, one has ended */
      readonly holds: readonly ({
        /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
        readonly hold: string;
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly until: string;
        readonly reason: string;
        readonly actor: string;
      })[];
      readonly application: string;
      readonly module?: string;
      readonly type: string;
      readonly owner: string;
      readonly scope?: string;
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly parent?: string;
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly allocation?: string;
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly session?: string;
      readonly externalIds: readonly (string)[];
      /** those that nobody has said to be gone */
      readonly liveExternalIds: readonly (string)[];
      readonly ttlSeconds?: number | null;
      /** up to 64; a key is 1 to 63 of A-Z, a-z, 0-9, '.', '_', '/' and '-' */
      readonly labels?: { readonly [key: string]: string };
      readonly price?: {
        readonly amount: number;
        /** ISO 4217, such as EUR */
        readonly currency: string;
        readonly per: "hour";
      };
      readonly cost?: {
        readonly currency: string;
        readonly perHour: number;
        readonly soFar: number;
      };
    };
    readonly allocation?: {
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly id: string;
      /** how many facts it has: what a decision on it has `seen` */
      readonly version: number;
      readonly state: "open" | "done" | "failed";
      readonly due: string | null;
      readonly findings: readonly ({
        readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly since: string;
        /** one sentence for a person */
        readonly says: string;
        /** what can be done */
        readonly remedy: string;
        /** the facts that it rests on */
        readonly evidence: readonly ({
          readonly kind: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly at: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly arrival: string;
          readonly actor: string;
        })[];
      })[];
      readonly application: string;
      readonly module: string;
      readonly label?: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly deadline: string;
    };
    readonly session?: {
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly id: string;
      /** how many facts it has: what a decision on it has `seen` */
      readonly version: number;
      readonly state: "open" | "lapsed" | "closed";
      readonly due: string | null;
      readonly findings: readonly ({
        readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly since: string;
        /** one sentence for a person */
        readonly says: string;
        /** what can be done */
        readonly remedy: string;
        /** the facts that it rests on */
        readonly evidence: readonly ({
          readonly kind: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly at: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly arrival: string;
          readonly actor: string;
        })[];
      })[];
      readonly application: string;
      readonly module: string;
      readonly ttlSeconds: number;
      readonly host?: string;
      readonly pid?: number;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly opened: string;
      /** when it was heard last, as far as this server knows */
      readonly heard?: string;
    };
    readonly freeze?: {
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly id: string;
      readonly state: "frozen" | "over";
      readonly findings: readonly ({
        readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly since: string;
        /** one sentence for a person */
        readonly says: string;
        /** what can be done */
        readonly remedy: string;
        /** the facts that it rests on */
        readonly evidence: readonly ({
          readonly kind: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly at: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly arrival: string;
          readonly actor: string;
        })[];
      })[];
      readonly cause: "order" | "clock" | "budget";
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly policy?: string;
      readonly reason: string;
      readonly actor: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly since: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly until?: string;
    };
    readonly plan?: {
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly id: string;
      readonly state: "waiting" | "running" | "done" | "aborted" | "expired";
      readonly findings: readonly ({
        readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
        /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
        readonly since: string;
        /** one sentence for a person */
        readonly says: string;
        /** what can be done */
        readonly remedy: string;
        /** the facts that it rests on */
        readonly evidence: readonly ({
          readonly kind: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly at: string;
          /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
          readonly arrival: string;
          readonly actor: string;
        })[];
      })[];
      /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
      readonly policy: string;
      /** how many are on the list */
      readonly count: number;
      readonly hash: string;
      readonly cost: readonly ({
        readonly currency: string;
        readonly perHour: number;
      })[];
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly made: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly expires: string;
      readonly progress: {
        readonly waiting: number;
        readonly ordered: number;
        readonly skipped: number;
        readonly freed: number;
        readonly failed: number;
      };
    };
  })[];
  /** the cursor of the next page; null: no more */
  readonly next: string | null;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** How much is wrong: by kind, application, owner and type, since when, and what it costs. */
export type SummarizeFindings = Record<string, never>;

/** What `summarize-findings` answers. */
export type SummarizeFindingsReply = {
  /** up to 10000 counted now; beyond, as of `asOf` */
  readonly count: number;
  /** there are more than were counted; the worst were */
  readonly capped: boolean;
  readonly oldest: string | null;
  readonly byKind: readonly ({
    readonly kind: "stuck" | "zombie" | "contradicted" | "duplicate" | "unknown-outcome" | "budget-spent" | "release-failed" | "abandoned" | "session-lapsed" | "over-ttl" | "release-overdue" | "overdue-intent" | "lapsed-together" | "frozen" | "plan-waiting" | "overdue-allocation" | "hold-ended" | "unwatched";
    readonly count: number;
    /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
    readonly oldest: string;
  })[];
  readonly byApplication: readonly ({
    readonly name: string;
    readonly count: number;
  })[];
  readonly byOwner: readonly ({
    readonly name: string;
    readonly count: number;
  })[];
  readonly byType: readonly ({
    readonly name: string;
    readonly count: number;
  })[];
  /** one for each currency; never summed across them */
  readonly costs: readonly ({
    readonly currency: string;
    readonly perHour: number;
    readonly soFar: number;
  })[];
  /** resources of which no price is known */
  readonly unpriced: number;
  /** when it was counted */
  readonly asOf: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** What webhooks have told whom: the targets, each with its last messages, the newest first. */
export type ListWebhooks = Record<string, never>;

/** What `list-webhooks` answers. */
export type ListWebhooksReply = {
  readonly items: readonly ({
    readonly name: string;
    /** without the path, which may be a secret */
    readonly host: string;
    readonly deliveries: readonly ({
      /** of the message: the same at each attempt, and in `webhook-id` */
      readonly id: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** how many it tells of */
      readonly findings: number;
      /** that were begun */
      readonly attempts: number;
      /** of the last attempt; absent until one has ended */
      readonly outcome?: "delivered" | "failed" | "redirected" | "refused" | "gone";
      /** the HTTP status that was answered */
      readonly status?: number;
      readonly error?: string;
      /** when that was */
      readonly delivered?: string;
      /** nobody tries before; absent once it is delivered */
      readonly next?: string;
    })[];
  })[];
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** The feed: all facts in the order of their commits; as Server-Sent Events where Accept asks for them. */
export type ReadEvents = {
  /** a cursor; without one, from the beginning */
  readonly after?: string;
  readonly limit?: number;
};

/** What `read-events` answers. */
export type ReadEventsReply = {
  readonly items: readonly ({
    /** to go on after this event */
    readonly cursor: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly resource?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly allocation?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly session?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly freeze?: string;
    /** 1 to 63 of a-z, 0-9 and '-'; begins with a letter, does not end with '-' */
    readonly plan?: string;
    readonly fact?: {
      readonly kind: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly at: string;
      /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
      readonly arrival: string;
      readonly actor: string;
    };
    /** its record was pruned already, and the fact with it */
    readonly pruned?: true;
  })[];
  /** to go on from here; also where there was nothing new */
  readonly cursor: string;
  /** RFC 3339 with a zone, years 2000 to 2099, such as 2026-11-23T09:30:00.000Z */
  readonly now: string;
};

/** Why drett refuses; docs/errors.md says what each means. */
export type RefusalCode =
  | "not-json"
  | "invalid-utf8"
  | "duplicate-key"
  | "forbidden-key"
  | "too-deep"
  | "invalid-input"
  | "missing-field"
  | "unknown-field"
  | "invalid-id"
  | "invalid-time"
  | "invalid-duration"
  | "data-too-large"
  | "application-missing"
  | "until-passed"
  | "unknown-command"
  | "invalid-cursor"
  | "malformed-request"
  | "api-key-missing"
  | "api-key-invalid"
  | "role-missing"
  | "foreign-application"
  | "unknown-route"
  | "unknown-resource"
  | "unknown-allocation"
  | "unknown-session"
  | "no-match"
  | "unknown-freeze"
  | "unknown-plan"
  | "unknown-hold"
  | "method-not-allowed"
  | "request-timeout"
  | "id-used"
  | "ambiguous-match"
  | "changed-since"
  | "plan-differs"
  | "held"
  | "not-in-this-state"
  | "too-many-facts"
  | "session-closed"
  | "pruned"
  | "cursor-expired"
  | "body-too-large"
  | "too-many-commands"
  | "unsupported-media-type"
  | "wrong-host"
  | "quota-reached"
  | "rate-limited"
  | "header-too-large"
  | "internal-error"
  | "record-unreadable"
  | "no-sessions"
  | "store-unavailable"
  | "store-contended"
  | "queue-full"
  | "shutting-down";

/** A refusal, as RFC 9457 has it. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly remedy: string;
  /** Where in the input. */
  readonly pointer?: string;
};
