import type {
  GetResourceReply,
  ListAllocationsReply,
  ListFindingsReply,
  ListResourcesReply,
} from "./wire.ts";

/** How a resource stands. */
export type ResourceView = ListResourcesReply["items"][number];

/** How an allocation stands. */
export type AllocationView = ListAllocationsReply["items"][number];

/** Why somebody must look, with the evidence and the `resource` or `allocation` that it is about. */
export type FindingView = ListFindingsReply["items"][number];

/** One thing that was reported, observed or decided; what it says depends on its kind. */
export type Fact = GetResourceReply["facts"][number] & { readonly [said: string]: unknown };

/** How a resource stands, and everything that led there. */
export type ResourceHistory = ResourceView & { readonly facts: readonly Fact[] };
