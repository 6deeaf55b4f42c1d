import type { Command } from "../command.ts";
import { abortPlan } from "./abort-plan.ts";
import { approvePlan } from "./approve-plan.ts";
import { beginAllocation } from "./begin-allocation.ts";
import { closeSession } from "./close-session.ts";
import { confirmExists } from "./confirm-exists.ts";
import { confirmGone } from "./confirm-gone.ts";
import { confirmLapsed } from "./confirm-lapsed.ts";
import { confirmNeverCreated } from "./confirm-never-created.ts";
import { confirmOutcome } from "./confirm-outcome.ts";
import { extend } from "./extend.ts";
import { finishAllocation } from "./finish-allocation.ts";
import { forget } from "./forget.ts";
import { freeByAttributes } from "./free-by-attributes.ts";
import { freeze } from "./freeze.ts";
import { heartbeat } from "./heartbeat.ts";
import { hold } from "./hold.ts";
import { openSession } from "./open-session.ts";
import { reclaimNow } from "./reclaim-now.ts";
import { registerIntent } from "./register-intent.ts";
import { reportAllocated } from "./report-allocated.ts";
import { reportFailed } from "./report-failed.ts";
import { reportFreed } from "./report-freed.ts";
import { reportReleaseFailed } from "./report-release-failed.ts";
import { reportReleasing } from "./report-releasing.ts";
import { reportUnknown } from "./report-unknown.ts";
import { thaw } from "./thaw.ts";
import { unhold } from "./unhold.ts";

/** Every command that has a route. The routes, the batch, OpenAPI, docs/api.md and the client's types follow from it. */
export const COMMANDS: readonly Command[] = [
  beginAllocation,
  finishAllocation,
  registerIntent,
  reportAllocated,
  reportUnknown,
  reportFailed,
  reportReleasing,
  reportReleaseFailed,
  reportFreed,
  freeByAttributes,
  extend,
  openSession,
  heartbeat,
  closeSession,
  confirmExists,
  confirmNeverCreated,
  confirmGone,
  confirmOutcome,
  confirmLapsed,
  forget,
  hold,
  unhold,
  reclaimNow,
  freeze,
  thaw,
  approvePlan,
  abortPlan,
];
