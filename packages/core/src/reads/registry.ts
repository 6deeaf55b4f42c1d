import { getAllocation } from "./get-allocation.ts";
import { getPlan } from "./get-plan.ts";
import { getPolicy } from "./get-policy.ts";
import { getResource } from "./get-resource.ts";
import { getSession } from "./get-session.ts";
import { listAllocations } from "./list-allocations.ts";
import { listFindings } from "./list-findings.ts";
import { listFreezes } from "./list-freezes.ts";
import { listPlans } from "./list-plans.ts";
import { listPolicies } from "./list-policies.ts";
import { listResources } from "./list-resources.ts";
import { listSessions } from "./list-sessions.ts";
import { listWebhooks } from "./list-webhooks.ts";
import type { Read } from "./read.ts";
import { readEvents } from "./read-events.ts";
import { summarizeFindings } from "./summarize-findings.ts";

/** Every question that has a route. */
export const READS: readonly Read[] = [
  listResources,
  getResource,
  listAllocations,
  getAllocation,
  listSessions,
  getSession,
  listPolicies,
  getPolicy,
  listPlans,
  getPlan,
  listFreezes,
  listFindings,
  summarizeFindings,
  listWebhooks,
  readEvents,
];
