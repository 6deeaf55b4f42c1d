import { backoff, parseRetryAfter } from "./backoff.ts";
import type { Call } from "./call.ts";
import { Refused } from "./errors.ts";
import type { Answer, HttpRequest } from "./http.ts";
import type { Runtime } from "./runtime.ts";

export interface Line {
  readonly runtime: Runtime;
  exchange(request: HttpRequest, signal: AbortSignal): Promise<Answer>;
}

/** A try that hangs longer than this is given up for the next one. */
const LONGEST_TRY = 15_000;
const TRY_AGAIN = new Set([408, 429, 502, 503, 504]);
/** A batch refused as a whole: one item of it may be what cannot be read, or it is too large for a proxy. */
const SPOILT = new Set([400, 413]);

/**
 * Tries until every call has its answer. Those that are left after a try, be it all because the line broke or
 * some because the server was too busy for them, go together into the next one; ids and `at` make that safe.
 */
export async function deliver(calls: readonly Call[], line: Line): Promise<void> {
  const { runtime } = line;
  const done = new AbortController();
  void Promise.allSettled(calls.map(({ answer }) => answer)).then(() => done.abort());
  for (let attempt = 0; ; attempt++) {
    const open = calls.filter(({ isSettled }) => !isSettled);
    if (open.length === 0) return;
    const told = await tryOnce(open, line, done.signal);
    if (open.every(({ isSettled }) => isSettled)) return;
    const wait = Math.max(backoff(attempt, runtime.random()), parseRetryAfter(told, runtime.now()));
    await runtime.sleep(wait, done.signal);
  }
}

/** Settles the calls that are answered for good; hands back what the server says of when to come again. */
async function tryOnce(calls: readonly Call[], line: Line, done: AbortSignal): Promise<string | null> {
  const [call] = calls as [Call];
  try {
    const request = calls.length === 1 ? call.request : batchOf(calls);
    const answer = await inTime(line, done, (signal) => line.exchange(request, signal));
    const { status, body, retryAfter } = answer;
    if (calls.length === 1) settle(call, status, body);
    else if (isYes(status)) settleEach(calls, body);
    else if (SPOILT.has(status)) await deliverHalves(calls, line);
    else for (const each of calls) settle(each, status, body);
    return retryAfter;
  } catch (error) {
    for (const each of calls) each.failure = error;
    return null;
  }
}

async function deliverHalves(calls: readonly Call[], line: Line): Promise<void> {
  const middle = calls.length >> 1;
  await Promise.all([deliver(calls.slice(0, middle), line), deliver(calls.slice(middle), line)]);
}

function batchOf(calls: readonly Call[]): HttpRequest {
  const body = `{"commands":[${calls.map(({ item }) => item).join(",")}]}`;
  return { method: "POST", path: "/v1/batch", body };
}

function settleEach(calls: readonly Call[], body: unknown): void {
  const { results } = (body ?? {}) as { results?: { status: number; body: unknown }[] };
  if (!Array.isArray(results) || results.length !== calls.length) {
    throw new Error("what answered is not drett: a batch of results was expected");
  }
  calls.forEach((call, place) => {
    const { status, body } = results[place] as { status: number; body: unknown };
    settle(call, status, body);
  });
}

function settle(call: Call, status: number, body: unknown): void {
  try {
    if (isYes(status)) return call.resolve(body);
    const refused = new Refused(status, body ?? {});
    // Over its quota, an engine has to give something up: to ask again does not help.
    if (TRY_AGAIN.has(status) && refused.code !== "quota-reached") call.failure = refused;
    else call.reject(refused);
  } catch (error) {
    call.failure = error;
  }
}

const isYes = (status: number) => status >= 200 && status < 300;

async function inTime<T>(
  { runtime }: Line,
  done: AbortSignal,
  exchange: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const attempt = new AbortController();
  const answered = new AbortController();
  const stop = () => attempt.abort();
  done.addEventListener("abort", stop);
  void runtime.sleep(LONGEST_TRY, answered.signal).then(stop);
  try {
    return await exchange(attempt.signal);
  } finally {
    done.removeEventListener("abort", stop);
    answered.abort();
  }
}
