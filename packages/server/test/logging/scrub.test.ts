import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scrub } from "../../src/logging/scrub.ts";

for (const [line, scrubbed] of [
  ["mongodb://me:s3cret@db/drett", "mongodb://me:***@db/drett"],
  ["postgres://me:s3@cret@db:5432/drett", "postgres://me:***@db:5432/drett"],
  ["GET /v1?api_key=s3cret&limit=1", "GET /v1?api_key=***&limit=1"],
  ["?X-Api-Key=s3cret", "?X-Api-Key=***"],
  ["?accessToken=s3cret;b=1", "?accessToken=***;b=1"],
  ["password: s3cret, user: me", "password: ***, user: me"],
  ["Authorization: Bearer s3cret-s3cret", "Authorization: ***"],
  ["it sent Bearer s3cret-s3cret", "it sent Bearer ***"],
  ["Cookie: a=s3cret; b=s3cret", "Cookie: ***"],
  ['{"apiKey":"s3\\"cret","a":1}', '{"apiKey":"***","a":1}'],
  ['{"authorization":"s3cret","cookie":"s3cret"}', '{"authorization":"***","cookie":"***"}'],
  ['{"msg":"token=s3cret","a":1}', '{"msg":"token=***","a":1}'],
] as const) {
  test(`no secret is left in ${line}`, () => assert.equal(scrub(line), scrubbed));
}

for (const line of [
  "http://127.0.0.1:5001/v1/resources?limit=1",
  '{"level":"info","time":"2026-11-23T09:30:00.000Z","requestId":"a-1","code":"duplicate-key","record":"vm-1"}',
]) {
  test(`${line} is left as it is`, () => assert.equal(scrub(line), line));
}

test("JSON stays JSON, whatever is in it", () => {
  const words = fc.constantFrom(
    ...'password token key authorization cookie = : ; & // @ Bearer " \\ , %3D s3cret https://a:b@c \n {'.split(
      " ",
    ),
  );
  const texts = fc.array(words, { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.dictionary(texts, fc.oneof(texts, fc.integer())), (fields) => {
      assert.doesNotThrow(() => JSON.parse(scrub(JSON.stringify(fields))));
    }),
    { numRuns: 2_000 },
  );
});
