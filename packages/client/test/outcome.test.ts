import assert from "node:assert/strict";
import { test } from "node:test";
import { NotCreated } from "../src/errors.ts";
import { judge } from "../src/outcome.ts";

const error = (fields: object, message = "no") => Object.assign(new Error(message), fields);
const aws = (httpStatusCode: number, more: object = {}) =>
  error({ $metadata: { httpStatusCode, attempts: 1, totalRetryDelay: 0 }, ...more });
const conflicting = (name: string) => aws(400, { name });

const FAILED: Record<string, unknown> = {
  "400": error({ status: 400 }),
  "401": error({ status: 401 }),
  "403": error({ statusCode: 403 }),
  "404": error({ response: { status: 404 } }),
  "422": error({ response: { statusCode: 422 } }),
  "429": error({ status: 429 }),
  "AWS, first attempt": aws(400, { name: "InvalidParameterValue" }),
  "several places, one status": error({ status: 403, response: { status: 403 } }),
  "a thrown Response": new Response(null, { status: 403 }),
  "no Error at all": { status: 403 },
  "retries that were not needed": error({ status: 403, response: { status: 403, retryCount: 0 } }),
  NotCreated: new NotCreated("the quota is used up"),
  "NotCreated of another copy of the module": { name: "NotCreated", code: "not-created", message: "no" },
};

const UNKNOWN: Record<string, unknown> = {
  "200": error({ status: 200 }),
  "402": error({ status: 402 }),
  "405": error({ status: 405 }),
  "408": error({ status: 408 }),
  "409": error({ status: 409 }),
  "412": error({ status: 412 }),
  "423": error({ status: 423 }),
  "500": error({ status: 500 }),
  "503": error({ statusCode: 503 }),
  "AWS, 500": aws(500),
  "a status that is text": error({ status: "403" }),
  "two statuses": error({ status: 403, response: { status: 500 } }),
  "a reset connection": error({ code: "ECONNRESET" }),
  "fetch failed": new TypeError("fetch failed", { cause: error({ status: 403 }) }),
  "an abort": new DOMException("This operation was aborted", "AbortError"),
  "an abort with a status": error({ name: "AbortError", status: 403 }),
  "a timeout": new DOMException("too slow", "TimeoutError"),
  "axios, cancelled": error({ code: "ERR_CANCELED", response: { status: 403 } }),
  "AWS, third attempt": error({ $metadata: { httpStatusCode: 403, attempts: 3 } }),
  "AWS, a delay between attempts": error({
    $metadata: { httpStatusCode: 403, attempts: 1, totalRetryDelay: 80 },
  }),
  "AWS, retryable": aws(400, { $retryable: { throttling: true } }),
  "AWS, another request with this token": conflicting("IdempotentParameterMismatch"),
  "AWS, a token in use": conflicting("ClientTokenConflictException"),
  "AWS, there already": conflicting("ResourceAlreadyExistsException"),
  "EC2, there already": conflicting("InvalidKeyPair.Duplicate"),
  "Stripe, another request with this key": error({ statusCode: 400, type: "idempotency_error" }),
  "GitHub, there already": error({ status: 422, code: "already_exists" }),
  "p-retry": error({ status: 403, attemptNumber: 2 }),
  got: error({ response: { statusCode: 403, retryCount: 1 } }),
  "got, on its request": error({ response: { statusCode: 403 }, request: { retryCount: 1 } }),
  octokit: error({ status: 403, request: { request: { retryCount: 3 } } }),
  "axios-retry": error({ response: { status: 403 }, config: { "axios-retry": { retryCount: 1 } } }),
  gaxios: error({ status: 403, config: { retryConfig: { currentRetryAttempt: 1 } } }),
  "undici, retried": error({ statusCode: 429, data: { count: 2 } }),
  "several errors": Object.assign(new AggregateError([new Error("a")], "all failed"), { status: 403 }),
  "NotCreated as a mere cause": new Error("boot failed", { cause: new NotCreated("no") }),
  "a plain error": new Error("boot failed"),
  "a text": "403",
  "a number": 403,
  undefined: undefined,
  null: null,
  "something that throws when looked at": {
    get status() {
      throw new Error("mine");
    },
  },
};

for (const [what, thrown] of Object.entries(FAILED)) {
  test(`certainly failed: ${what}`, () => assert.equal(judge(thrown).outcome, "failed"));
}

for (const [what, thrown] of Object.entries(UNKNOWN)) {
  test(`unknown: ${what}`, () => {
    const { outcome, reason } = judge(thrown);
    assert.equal(outcome, "unknown");
    assert.match(reason, /\[unknown: .+\]$/);
  });
}

test("an abort is unknown, whatever was thrown after it", () => {
  const refusal = error({ status: 403 });
  assert.equal(judge(refusal, AbortSignal.abort()).outcome, "unknown");
  assert.equal(judge(refusal, AbortSignal.abort(refusal)).outcome, "unknown");
});

test("after an abort only a NotCreated that is not the abort's own reason is certain", () => {
  const word = new NotCreated("it was never sent");
  assert.equal(judge(word, AbortSignal.abort()).outcome, "failed");
  assert.equal(judge(word, AbortSignal.abort(word)).outcome, "unknown");
});

test("NotCreated may speak of all attempts", () => {
  assert.equal("allAttempts" in judge(new NotCreated("no")), false);
  assert.equal(judge(new NotCreated("none is there", { allAttempts: true })).allAttempts, true);
});

test("a reason fits the wire, whatever its length, and says how it was judged", () => {
  const long = "ä".repeat(5_000);
  for (const thrown of [error({ status: 403 }, long), error({}, long), new NotCreated(long)]) {
    const { reason } = judge(thrown);
    assert.ok(reason.length <= 1024, String(reason.length));
  }
  assert.equal(judge(error({ status: 403 }, "quota")).reason, "Error: quota [status 403]");
});
