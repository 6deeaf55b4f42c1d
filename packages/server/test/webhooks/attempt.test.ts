import assert from "node:assert/strict";
import { test } from "node:test";
import { attempt } from "../../src/webhooks/attempt.ts";
import { waitAfter } from "../../src/webhooks/waits.ts";

const never = new AbortController().signal;
const answering = (status: number) => attempt(async () => ({ status, retryAfter: undefined }), never);

test("an attempt ends with its time, though the target does not answer", async () => {
  const hanging = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
  const result = await attempt(hanging, never, 20);
  assert.deepEqual(result, { outcome: "failed", error: "there was no answer within 0.02 s" });
});

test("each status is one outcome", async () => {
  for (const [outcome, statuses] of Object.entries({
    delivered: [200, 201, 202, 204, 299],
    redirected: [300, 301, 302, 303, 304, 307, 308],
    refused: [400, 401, 403, 404, 405, 413, 415, 422, 451],
    failed: [408, 425, 429, 500, 502, 503, 504, 599],
    gone: [410],
  })) {
    for (const status of statuses) assert.equal((await answering(status)).outcome, outcome, String(status));
  }
});

test("a status that is none is a failure", async () => {
  for (const status of [0, 199, 600, 999]) assert.equal((await answering(status)).outcome, "failed");
});

test("an error of many addresses is told by its first", async () => {
  const failing = () =>
    Promise.reject(new AggregateError([new Error("connect ECONNREFUSED ::1:80"), new Error("other")]));
  assert.equal((await attempt(failing, never)).error, "connect ECONNREFUSED ::1:80");
});

test("the wait doubles, from seconds to minutes, and no two servers need wait alike", () => {
  const waits = (random: number) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 20].map(
      (attempts) => waitAfter({ outcome: "failed" }, attempts, random) / 1_000,
    );
  assert.deepEqual(waits(0.5), [5, 10, 20, 40, 80, 160, 320, 600, 600, 600]);
  assert.deepEqual(waits(0).slice(0, 2), [2.5, 5]);
  assert.ok(waits(0.999).every((wait) => wait < 900));
});
