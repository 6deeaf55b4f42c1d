import assert from "node:assert/strict";
import type { InjectOptions } from "fastify";
import type { Answer } from "./contract.ts";
import type { TestServer } from "./test-server.ts";

export interface OldAnswer {
  readonly status: number;
  readonly result: unknown;
  readonly error: string | null;
}

/** What MongoDB said of an update, as the old server passed it on. */
export const updated = (n: 0 | 1) => ({
  ok: 1,
  n,
  nModified: n,
  updatedExisting: n === 1,
  err: null,
  connectionId: 0,
  upserted: null,
});

/** Holds an answer against what the old protocol knows of answers, and returns what it says. */
function checkOldAnswer({ status, headers, text }: Answer): OldAnswer {
  const body = JSON.parse(text) as OldAnswer;
  assert.equal(text, JSON.stringify(body, null, 4));
  assert.deepEqual(Object.keys(body), ["result", "error"]);
  assert.match(String(headers["content-type"]), /^application\/json; charset=utf-8$/);
  assert.equal(headers["retry-after"] !== undefined, status === 503);
  const { result, error } = body;
  if (status === 200 && error === null) assertKnown(result);
  else {
    assert.equal(result, null);
    assert.match(String(error), /^[a-z0-9-]+: \S/, "a code, and what is wrong");
  }
  return { status, result, error };
}

function assertKnown(result: unknown): void {
  if (result === null) return;
  if (Object.hasOwn(result as object, "$oid")) {
    assert.match((result as { $oid: string }).$oid, /^[0-9a-f]{24}$/);
    assert.equal(Object.keys(result as object).length, 1);
  } else assert.deepEqual(result, updated((result as { n: 0 | 1 }).n));
}

export async function askOld(server: TestServer, request: InjectOptions): Promise<OldAnswer> {
  const whole: InjectOptions = { method: "POST", url: "/drett", ...request };
  const { statusCode: status, headers, payload: text } = await server.app.inject(whole);
  return checkOldAnswer({ status, headers, text });
}

/** Sends a command that must come through, and returns its result. */
export async function tellOld(server: TestServer, cmd: string, fields: object): Promise<unknown> {
  const { status, result, error } = await askOld(server, { payload: { cmd, ...fields } });
  assert.deepEqual([status, error], [200, null]);
  return result;
}

/** The drett id behind what an old client was told. */
export const idOf = (oid: unknown) => `o${(oid as { $oid: string }).$oid}`;

export const block = { allocation_id: "a-label", application: "probe", module: "nova", timeout: 60 };
export const machine = { resource_owner: "lpds", resource_type: "vm" };
