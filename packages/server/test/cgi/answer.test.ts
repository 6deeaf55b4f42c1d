import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refuse } from "@drett/core";
import { refused, writeAnswer } from "../../src/cgi/answer.ts";
import { readCgi } from "../support/cgi-process.ts";

const get = { method: "GET", base: "/cgi-bin/drett" };

describe("the answer of a CGI process", () => {
  it("begins with the status, and ends with the body as it is", () => {
    const body = Buffer.from(Array.from({ length: 512 }, (_, byte) => byte % 256));
    const bytes = writeAnswer({ status: 200, headers: { "content-type": "a/b" }, body }, get);
    assert.match(
      bytes.toString("latin1"),
      /^Status: 200 OK\r\ncontent-type: a\/b\r\ncontent-length: 512\r\n\r\n/,
    );
    assert.deepEqual(readCgi(bytes).bytes, body);
  });

  it("says where a thing is that was created, as the client must ask for it", () => {
    const answer = { status: 201, headers: { location: "/v1/resources/vm" }, body: Buffer.alloc(0) };
    assert.equal(readCgi(writeAnswer(answer, get)).headers.location, "/cgi-bin/drett/v1/resources/vm");
    const atRoot = writeAnswer(answer, { method: "GET", base: "" });
    assert.equal(readCgi(atRoot).headers.location, "/v1/resources/vm");
  });

  it("leaves to the web server what is between it and the client", () => {
    const headers = {
      connection: "keep-alive",
      "keep-alive": "timeout=5",
      date: "x",
      "transfer-encoding": "chunked",
    };
    const answer = readCgi(writeAnswer({ status: 200, headers, body: Buffer.from("ab") }, get));
    assert.deepEqual(answer.headers, { "content-length": "2" });
  });

  it("has each of several headers of a name", () => {
    const headers = { vary: ["a", "b"], x: undefined, age: 3 };
    const text = writeAnswer({ status: 200, headers, body: Buffer.alloc(0) }, get).toString();
    assert.match(text, /\r\nvary: a\r\nvary: b\r\nage: 3\r\n/);
  });

  it("has no body where HEAD asked for none", () => {
    const answer = { status: 405, headers: { allow: "GET" }, body: Buffer.from("no") };
    const bytes = writeAnswer(answer, { ...get, method: "HEAD" });
    assert.equal(bytes.toString(), "Status: 405 Method Not Allowed\r\nallow: GET\r\n\r\n");
  });

  it("is a problem document where it is a no", () => {
    const { status, headers, text } = readCgi(
      writeAnswer(refused(refuse("store-unavailable", "It is shut.")), get),
    );
    assert.deepEqual(
      [status, headers["content-type"], headers["retry-after"], JSON.parse(text).code],
      [503, "application/problem+json; charset=utf-8", "1", "store-unavailable"],
    );
    assert.equal(
      readCgi(writeAnswer(refused(refuse("malformed-request", "No.")), get)).headers["retry-after"],
      undefined,
    );
  });
});
