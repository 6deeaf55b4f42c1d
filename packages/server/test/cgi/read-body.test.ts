import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { describe, it } from "node:test";
import { isRefusal, type RefusalCode } from "@drett/core";
import { readBody } from "../../src/cgi/read-body.ts";

const MINUTE = 60_000;
const unasked = () => assert.fail("standard input was asked for");

async function refusalOf(body: ReturnType<typeof readBody>, code: RefusalCode): Promise<string> {
  const refusal = await body;
  assert.ok(isRefusal(refusal), String(refusal));
  assert.equal(refusal.refused, code);
  return refusal.detail;
}

describe("the body on standard input", () => {
  it("is as many bytes as the length says, in whatever pieces they come", async () => {
    const pieces = () => Readable.from(["ab", "c", "defg"].map((text) => Buffer.from(text)));
    for (const length of [1, 2, 3, 5, 7]) {
      const body = await readBody({ method: "POST", length }, pieces, MINUTE);
      assert.equal(String(body), "abcdefg".slice(0, length));
    }
  });

  it("is not waited for where there is none", async () => {
    for (const method of ["GET", "HEAD", "OPTIONS"])
      assert.equal(String(await readBody({ method, length: undefined }, unasked, MINUTE)), "");
    assert.equal(String(await readBody({ method: "POST", length: 0 }, unasked, MINUTE)), "");
    const nothing = () => Readable.from([]);
    assert.equal(String(await readBody({ method: "POST", length: undefined }, nothing, MINUTE)), "");
  });

  it("is refused where it is shorter than the length", async () => {
    const input = () => Readable.from([Buffer.from("abc")]);
    const detail = await refusalOf(
      readBody({ method: "POST", length: 4 }, input, MINUTE),
      "malformed-request",
    );
    assert.match(detail, /after 3 of 4 bytes/);
  });

  it("is refused where nothing says how long it is, whatever it is for", async () => {
    const input = () => Readable.from([Buffer.from("a")]);
    for (const method of ["POST", "DELETE"]) {
      const detail = await refusalOf(
        readBody({ method, length: undefined }, input, MINUTE),
        "malformed-request",
      );
      assert.match(detail, /no CONTENT_LENGTH/);
    }
  });

  it("is refused where it breaks off", async () => {
    const input = new PassThrough();
    input.destroy(new Error("EIO: i/o error"));
    await refusalOf(
      readBody({ method: "POST", length: 4 }, () => input, MINUTE),
      "malformed-request",
    );
  });

  it("is refused where it does not come in time", async () => {
    const input = new PassThrough();
    input.write("abc");
    await refusalOf(
      readBody({ method: "POST", length: 4 }, () => input, 1),
      "request-timeout",
    );
    assert.equal(input.destroyed, true);
  });
});
