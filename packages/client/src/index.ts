export type { Acquired, AcquiredOrId, Acquiring, TrackOptions } from "./acquire.ts";
export type { AllocationBlock, AllocationOptions } from "./allocation.ts";
export type { Approval, Decision, Freezing, Holding } from "./decision.ts";
export {
  type Attributes,
  Drett,
  type FindingQuery,
  type PlanQuery,
  type ResourceQuery,
  type SessionQuery,
} from "./drett.ts";
export type { Duration } from "./duration.ts";
export {
  ArgumentInvalid,
  ArgumentMissing,
  DrettError,
  NoExternalId,
  NotCreated,
  Refused,
  ReportLost,
  Unreachable,
} from "./errors.ts";
export type { Fleet, Missing, TrackManyOptions } from "./fleet.ts";
export type { Intent } from "./intent.ts";
export type { Release, Released, ReleaseOptions } from "./release.ts";
export type { CallOptions } from "./reporter.ts";
export type { Resource } from "./resource.ts";
export type { SessionNews, SessionOptions } from "./session.ts";
export { type Defaults, setup } from "./settings.ts";
export type { TrackedResource } from "./tracked-resource.ts";
export type {
  AllocationView,
  Fact,
  FindingsSummary,
  FindingView,
  PlanHistory,
  PlanView,
  PolicyOutlook,
  ResourceHistory,
  ResourceView,
  SessionView,
} from "./views.ts";
export type { RefusalCode } from "./wire.ts";
