import type { HttpRequest } from "./http.ts";
import type {
  AbortPlan,
  ApprovePlan,
  BeginAllocation,
  CloseSession,
  ConfirmExists,
  ConfirmGone,
  ConfirmLapsed,
  ConfirmNeverCreated,
  ConfirmOutcome,
  Extend,
  FinishAllocation,
  Forget,
  FreeByAttributes,
  Freeze,
  Hold,
  OpenSession,
  ReclaimNow,
  RegisterIntent,
  ReportAllocated,
  ReportFailed,
  ReportFreed,
  ReportReleaseFailed,
  ReportReleasing,
  ReportUnknown,
  Thaw,
  Unhold,
} from "./wire.ts";

/** Names the record that it speaks of; the wire has the id in the path, a batch has it in the item. */
type Of<Body> = Body & { readonly id: string };

/** What each command says. */
export interface Commands {
  "begin-allocation": Of<BeginAllocation>;
  "finish-allocation": Of<FinishAllocation>;
  "register-intent": Of<RegisterIntent>;
  "report-allocated": Of<ReportAllocated>;
  "report-unknown": Of<ReportUnknown>;
  "report-failed": Of<ReportFailed>;
  "report-releasing": Of<ReportReleasing>;
  "report-release-failed": Of<ReportReleaseFailed>;
  "report-freed": Of<ReportFreed>;
  "free-by-attributes": FreeByAttributes;
  extend: Of<Extend>;
  "open-session": Of<OpenSession>;
  "close-session": Of<CloseSession>;
  "confirm-exists": Of<ConfirmExists>;
  "confirm-gone": Of<ConfirmGone>;
  "confirm-never-created": Of<ConfirmNeverCreated>;
  "confirm-outcome": Of<ConfirmOutcome>;
  "confirm-lapsed": Of<ConfirmLapsed>;
  forget: Of<Forget>;
  hold: Of<Hold>;
  unhold: Of<Unhold>;
  "reclaim-now": Of<ReclaimNow>;
  freeze: Of<Freeze>;
  thaw: Of<Thaw>;
  "approve-plan": Of<ApprovePlan>;
  "abort-plan": Of<AbortPlan>;
}
export type CommandName = keyof Commands;

const ROUTES: { readonly [name in CommandName]: string } = {
  "begin-allocation": "/v1/allocations",
  "finish-allocation": "/v1/allocations/{id}/finish",
  "register-intent": "/v1/resources",
  "report-allocated": "/v1/resources/{id}/allocated",
  "report-unknown": "/v1/resources/{id}/unknown",
  "report-failed": "/v1/resources/{id}/failed",
  "report-releasing": "/v1/resources/{id}/releasing",
  "report-release-failed": "/v1/resources/{id}/release-failed",
  "report-freed": "/v1/resources/{id}/freed",
  "free-by-attributes": "/v1/freed",
  extend: "/v1/resources/{id}/extend",
  "open-session": "/v1/sessions",
  "close-session": "/v1/sessions/{id}/close",
  "confirm-exists": "/v1/resources/{id}/confirm-exists",
  "confirm-gone": "/v1/resources/{id}/confirm-gone",
  "confirm-never-created": "/v1/resources/{id}/confirm-never-created",
  "confirm-outcome": "/v1/allocations/{id}/confirm-outcome",
  "confirm-lapsed": "/v1/sessions/{id}/confirm-lapsed",
  forget: "/v1/resources/{id}/forget",
  hold: "/v1/resources/{id}/holds",
  unhold: "/v1/resources/{id}/unhold",
  "reclaim-now": "/v1/resources/{id}/reclaim",
  freeze: "/v1/freezes",
  thaw: "/v1/freezes/{id}/thaw",
  "approve-plan": "/v1/plans/{id}/approve",
  "abort-plan": "/v1/plans/{id}/abort",
};

/** The command as a request of its own: the id stands in the path where the route has a place for it. */
export function requestOf<N extends CommandName>(name: N, said: Commands[N]): HttpRequest {
  const route = ROUTES[name];
  const { id, ...rest } = said as { id?: string };
  const isInPath = route.includes("{id}");
  const path = isInPath ? route.replace("{id}", encodeURIComponent(id as string)) : route;
  return { method: "POST", path, body: JSON.stringify(isInPath ? rest : said) };
}

/** The command as one item of a batch. */
export function itemOf<N extends CommandName>(name: N, said: Commands[N]): string {
  return JSON.stringify({ command: name, ...said });
}
