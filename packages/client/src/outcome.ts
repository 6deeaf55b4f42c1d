import type { NotCreated } from "./errors.ts";
import { cut, reasonOf } from "./reason.ts";

/** What is to be reported of a create call that threw. */
export interface Verdict {
  readonly outcome: "failed" | "unknown";
  readonly reason: string;
  readonly allAttempts?: true;
}

const DEFINITE_REFUSALS = new Set([400, 401, 403, 404, 422, 429]);

/** Where errors of HTTP clients and provider SDKs keep the status of the answer. */
const STATUS = ["status", "statusCode", "$metadata.httpStatusCode", "response.status", "response.statusCode"];

/** Where they say that there was more than one attempt: of these, an earlier one may have worked. */
const ATTEMPTS = ["$metadata.attempts", "attempts", "attemptNumber", "attemptCount"];
const RETRIES = [
  "$retryable",
  "$metadata.totalRetryDelay",
  "retryCount",
  "retries",
  "response.retryCount",
  "request.retryCount",
  "request.request.retryCount",
  "config.retryConfig.currentRetryAttempt",
  "config.axios-retry.retryCount",
  "data.count",
];

/** Where they name what is wrong. */
const NAMES = ["name", "code", "Code", "type", "errorCode"];
const ABORTED = /^(AbortError|TimeoutError|CanceledError|ABORT_ERR|ERR_CANCELED)$/;
/** Refusals with a harmless status that an earlier attempt with the same id may have caused. */
const OF_A_SECOND_ATTEMPT = /idempot|client.?token|token.?(mismatch|conflict)|already|duplicate|conflict/i;

/**
 * Whether a create call that threw `failed` for certain. Only a definite refusal of what was certainly the
 * only attempt did, or what the caller's own `NotCreated` says; a wrong `failed` here is a resource that
 * nobody ever looks for, a wrong `unknown` only costs a look.
 */
export function judge(thrown: unknown, signal?: AbortSignal): Verdict {
  const reason = reasonOf(thrown);
  const unknown = (why: string): Verdict => ({
    outcome: "unknown",
    reason: `${cut(reason, 900)} [unknown: ${why}]`,
  });
  try {
    // An abort throws whatever its caller chose, be it another create call's refusal.
    if (signal?.aborted && thrown === signal.reason) return unknown("aborted");
    if (isNotCreated(thrown)) {
      return { outcome: "failed", reason, ...(thrown.allAttempts ? { allAttempts: true } : {}) };
    }
    const names = read(thrown, NAMES).filter((name) => typeof name === "string");
    if (signal?.aborted || names.some((name) => ABORTED.test(name))) return unknown("aborted");

    const [status, ...others] = new Set(read(thrown, STATUS));
    if (status === undefined) return unknown("nothing to judge by");
    if (typeof status !== "number" || others.length > 0) return unknown("its status cannot be told");
    if (!DEFINITE_REFUSALS.has(status)) return unknown(`status ${status}`);

    const isOfMany =
      read(thrown, ATTEMPTS).some((count) => count !== 1) ||
      read(thrown, RETRIES).some(Boolean) ||
      names.includes("AggregateError");
    if (isOfMany) return unknown("there were several attempts");
    if (names.some((name) => OF_A_SECOND_ATTEMPT.test(name)))
      return unknown("an earlier attempt may have worked");
    return { outcome: "failed", reason: `${cut(reason, 900)} [status ${status}]` };
  } catch {
    return unknown("it cannot be read");
  }
}

/** By its code, not its class: the caller may have another copy of this module. */
function isNotCreated(thrown: unknown): thrown is NotCreated {
  const { name, code } = (thrown ?? {}) as { name?: unknown; code?: unknown };
  return name === "NotCreated" && code === "not-created";
}

/** What stands at the paths, without what is not there. */
function read(thrown: unknown, paths: readonly string[]): unknown[] {
  const values = paths.map((path) =>
    path
      .split(".")
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], thrown),
  );
  return values.filter((value) => value !== undefined && value !== null);
}
