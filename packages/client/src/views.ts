import type {
  GetPlanReply,
  GetPolicyReply,
  GetResourceReply,
  ListAllocationsReply,
  ListFindingsReply,
  ListPlansReply,
  ListResourcesReply,
  ListSessionsReply,
  SummarizeFindingsReply,
} from "./wire.ts";

/** How a resource stands. */
export type ResourceView = ListResourcesReply["items"][number];

/** How an allocation stands. */
export type AllocationView = ListAllocationsReply["items"][number];

/** Why somebody must look, with the evidence and the `resource`, `allocation`, `session`, `freeze` or `plan` that it is about. */
export type FindingView = ListFindingsReply["items"][number];

/** How much is wrong, and what it costs. */
export type FindingsSummary = SummarizeFindingsReply;

/** How a session stands, and when it was heard last. */
export type SessionView = ListSessionsReply["items"][number];

/** What a policy that asks would free, and how far that is. */
export type PlanView = ListPlansReply["items"][number];

/** With its list, and what became of each item. */
export type PlanHistory = GetPlanReply;

/** What drett would do with a resource, and when; or what is in the way. */
export type PolicyOutlook = GetPolicyReply;

/** One thing that was reported, observed or decided; what it says depends on its kind. */
export type Fact = GetResourceReply["facts"][number] & { readonly [said: string]: unknown };

/** How a resource stands, and everything that led there. */
export type ResourceHistory = ResourceView & { readonly facts: readonly Fact[] };
