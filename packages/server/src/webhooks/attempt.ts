import type { DeliveryOutcome } from "@drett/core";
import type { Answer } from "./post.ts";

/** What came of sending a message once. */
export interface Attempt {
  readonly outcome: DeliveryOutcome;
  readonly status?: number;
  readonly error?: string;
  /** How long to wait, where the target says so. */
  readonly askedMs?: number;
}

export const LIMIT_MS = 10_000;
const LONGEST_ERROR = 200;

/** Sends, within the time limit, and judges what comes of it. Never rejects. */
export async function attempt(
  send: (signal: AbortSignal) => Promise<Answer>,
  stop: AbortSignal,
  limitMs = LIMIT_MS,
): Promise<Attempt> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return judge(await send(AbortSignal.any([stop, limit])));
  } catch (cause) {
    const error = stop.aborted
      ? "the server was stopped"
      : limit.aborted
        ? `there was no answer within ${limitMs / 1_000} s`
        : explain(cause);
    return { outcome: "failed", error };
  }
}

function judge({ status, retryAfter }: Answer): Attempt {
  if (status >= 200 && status < 300) return { outcome: "delivered", status };
  if (status === 410) return { outcome: "gone", status, error: "the target is gone for good" };
  if (status >= 300 && status < 400) {
    const error = "a redirect is not followed: set `url` to where it leads";
    return { outcome: "redirected", status, error };
  }
  const isPassing = status < 200 || status >= 500 || status === 408 || status === 425 || status === 429;
  const seconds = /^\d{1,6}$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
  return {
    outcome: isPassing ? "failed" : "refused",
    status,
    error: isPassing ? "it cannot take it now" : "it does not take it",
    ...(seconds !== undefined && { askedMs: 1_000 * seconds }),
  };
}

/** Names host and port at the most: the path may be a secret. */
function explain(cause: unknown): string {
  const { message, errors } = cause as Error & { errors?: readonly Error[] };
  // Of several addresses each failed in its own way, and the error of all has no words.
  return (message || (errors?.[0]?.message ?? "it failed")).slice(0, LONGEST_ERROR).toWellFormed();
}
