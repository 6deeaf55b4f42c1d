/** What stores, providers and the server build on. Whatever is not named here is core's own affair. */
export {
  applicationOf,
  applicationsOf,
  type Caller,
  type KeyHolder,
  lacks,
  nameOf,
  ROLES,
  type Role,
} from "./domain/caller.ts";
export {
  type Accepted,
  type Command,
  type Context,
  type Decision,
  isRefusal,
} from "./domain/command.ts";
export { beginAllocation } from "./domain/commands/begin-allocation.ts";
export { finishAllocation } from "./domain/commands/finish-allocation.ts";
export { freeByAttributes } from "./domain/commands/free-by-attributes.ts";
export { openSession } from "./domain/commands/open-session.ts";
export { proposePlan } from "./domain/commands/propose-plan.ts";
export { reclaimNow } from "./domain/commands/reclaim-now.ts";
export { registerIntent } from "./domain/commands/register-intent.ts";
export { COMMANDS } from "./domain/commands/registry.ts";
export { reportAllocated } from "./domain/commands/report-allocated.ts";
export { reportFreed } from "./domain/commands/report-freed.ts";
export { reportUnknown } from "./domain/commands/report-unknown.ts";
export { restoreRecord } from "./domain/commands/restore-record.ts";
export { restoreTombstone } from "./domain/commands/restore-tombstone.ts";
export { DEFAULTS, type Defaults, LEAST_TOMBSTONE, type Retention } from "./domain/defaults.ts";
export { type AllocationState, deriveAllocation } from "./domain/derive-allocation.ts";
export { deriveResource } from "./domain/derive-resource.ts";
export { FINDING_KINDS, FINDINGS, type Finding, type FindingKind } from "./domain/finding.ts";
export { type Columns, indexed, tag } from "./domain/indexed.ts";
export {
  type Attempts,
  type Budget,
  type Match,
  MODES,
  type Mode,
  matches,
  type Policy,
  policyFor,
} from "./domain/policy.ts";
export type { Quota, Quotas } from "./domain/quota.ts";
export {
  ATTEMPTS,
  NO_RECLAIM,
  type ReclaimSettings,
  SETTLE_SECONDS,
} from "./domain/reclaim/reclaim-defaults.ts";
export { type Served, servedBy } from "./domain/reclaim/served.ts";
export {
  type Allocation,
  type Record,
  type RecordKind,
  type Resource,
  type Session,
  STORED_KINDS,
  type StoredKind,
} from "./domain/record.ts";
export { problem, REFUSALS, type Refusal, type RefusalCode, refuse } from "./domain/refusal.ts";
export { present } from "./domain/registration.ts";
export type { ResourceState } from "./domain/resource-state.ts";
export { Id, Labels, LIMITS, Seconds, Text } from "./domain/shapes.ts";
export { allocationKey, type Key, resourceKey, tagKey } from "./domain/view.ts";
export type { Candidate } from "./engine/candidates.ts";
export type { Flushed, Outcome } from "./engine/committer.ts";
export { Engine, type EngineOptions } from "./engine/engine.ts";
export { nearest } from "./engine/nearest.ts";
export { type PruneStep, Pruning } from "./engine/pruning.ts";
export { type Reclaimed, Reclaimer, type ReclaimerOptions } from "./engine/reclaim/reclaimer.ts";
export type { Serving } from "./engine/reclaim/serving.ts";
export type { ReclaimEvent } from "./engine/reclaim/tools.ts";
export { forgetServer, serversOn } from "./engine/sessions/servers.ts";
export type { TogetherOptions } from "./engine/sessions/together.ts";
export type { Listened } from "./engine/sessions/watch.ts";
export { surveyPruning } from "./engine/survey.ts";
export type { Swept } from "./engine/sweep.ts";
export { faultIn } from "./engine/validate.ts";
export { MemoryStore } from "./memory-store/memory-store.ts";
export { type Clock, systemClock } from "./ports/clock.ts";
export { bodyOf, changeOf, type Factless } from "./ports/factless.ts";
export { pagesOf } from "./ports/pages.ts";
export { pause } from "./ports/pause.ts";
export type {
  Finds,
  Freeing,
  Listed,
  Listing,
  Looking,
  Provider,
  Seeing,
  Subject,
  Target,
} from "./ports/provider.ts";
export {
  PROVIDER_API,
  type ProviderOpening,
  type ProviderPlugin,
  providerPlugin,
} from "./ports/provider-plugin.ts";
export type { Setting, Settings, Values } from "./ports/setting.ts";
export {
  type Change,
  type CommitOutcome,
  CursorRefused,
  type EventPage,
  type Page,
  type Query,
  type Store,
  type StoredEvent,
  type StoredRecord,
  StoreUnavailable,
} from "./ports/store.ts";
export { type Opening, STORE_API, type StorePlugin, storePlugin } from "./ports/store-plugin.ts";
export { readTombstone } from "./ports/stored-record.ts";
export {
  type Delivery,
  type DeliveryOutcome,
  type ToldByWebhook,
  WEBHOOK_TAG,
} from "./ports/told-by-webhook.ts";
export { listAllocations } from "./reads/list-allocations.ts";
export { listFindings } from "./reads/list-findings.ts";
export type { Read } from "./reads/read.ts";
export { readEvents } from "./reads/read-events.ts";
export { READS } from "./reads/registry.ts";
export { scopesWithoutRecord } from "./reads/scopes.ts";
