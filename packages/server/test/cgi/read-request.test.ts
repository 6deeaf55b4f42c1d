import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isRefusal } from "@drett/core";
import fc from "fast-check";
import { type CgiEnvironment, type CgiRequest, readRequest } from "../../src/cgi/read-request.ts";
import { REQUEST } from "../support/cgi-process.ts";

function read(env: CgiEnvironment): CgiRequest {
  const request = readRequest({ ...REQUEST, ...env });
  assert.ok(!isRefusal(request), JSON.stringify(request));
  return request;
}

describe("the request that a CGI environment means", () => {
  it("has its method, its headers and the path at which we are", () => {
    const env = { HTTP_X_REQUEST_ID: "abc", HTTP_USER_AGENT: "curl", PATH_INFO: "/healthz", UNIQUE_ID: "x" };
    assert.deepEqual(read(env), {
      method: "GET",
      url: "/healthz",
      headers: { host: "localhost", "x-request-id": "abc", "user-agent": "curl" },
      length: undefined,
      base: "/cgi-bin/drett",
      user: undefined,
    });
  });

  it("has the type and the length of its body, where there is one", () => {
    const env = { REQUEST_METHOD: "POST", CONTENT_TYPE: "application/json", CONTENT_LENGTH: "12" };
    const { headers, length } = read(env);
    assert.deepEqual(
      [headers["content-type"], headers["content-length"], length],
      ["application/json", "12", 12],
    );
    assert.equal(read({ CONTENT_LENGTH: "" }).length, undefined);
  });

  const URLS: readonly (readonly [method: string, path: string | undefined, query: string, url: string])[] = [
    ["GET", "/v1/resources", "limit=3&state=unknown", "/v1/resources?limit=3&state=unknown"],
    ["GET", "/v1/resources/vm 1", "", "/v1/resources/vm%201"],
    ["GET", "/v1/resources/50%", "", "/v1/resources/50%25"],
    ["GET", "/a?b#c;d", "", "/a%3Fb%23c%3Bd"],
    ["GET", "/v1/ü/💥", "", "/v1/%C3%BC/%F0%9F%92%A5"],
    ["GET", "//evil.example/x", "", "//evil.example/x"],
    ["GET", "/v1/resources", "label=a%3Db", "/v1/resources?label=a%3Db"],
    ["POST", undefined, "", "/drett"],
    ["POST", "", "", "/drett"],
    ["POST", "/", "", "/drett"],
    ["POST", "/drett", "", "/drett"],
    ["GET", "", "", "/"],
    ["GET", "/", "a=b", "/?a=b"],
  ];
  for (const [method, path, query, url] of URLS) {
    it(`${method} ${path} with ${JSON.stringify(query)} goes to ${url}`, () => {
      const env = { REQUEST_METHOD: method, PATH_INFO: path, QUERY_STRING: query };
      assert.equal(read(env).url, url);
    });
  }

  it("has the path that was decoded, whatever is in it", () => {
    const segment = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/[\p{Cc}\p{Cs}/\ufffd]/u.test(text) && !/^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), (segments) => {
        const path = `/v1/${segments.join("/")}`;
        const { pathname, search, hash } = new URL(read({ PATH_INFO: path }).url, "http://localhost");
        assert.deepEqual([decodeURIComponent(pathname), search, hash], [path, "", ""]);
      }),
    );
  });

  it("asks for pages where it asked for a stream", () => {
    assert.equal(read({ HTTP_ACCEPT: "text/event-stream" }).headers.accept, "application/json");
    assert.equal(read({ HTTP_ACCEPT: "text/html, */*" }).headers.accept, "text/html, */*");
  });

  it("knows whom the web server has authenticated, and nobody who says so in a header", () => {
    assert.equal(read({ REMOTE_USER: "alice" }).user, "alice");
    assert.equal(read({ REMOTE_USER: "", HTTP_REMOTE_USER: "mallory" }).user, undefined);
  });

  it("is never an environment's without end", () => {
    const names = fc.constantFrom(
      ...Object.keys(REQUEST),
      "PATH_INFO",
      "QUERY_STRING",
      "CONTENT_LENGTH",
      "HTTP_X",
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.string({ unit: "binary" })), (env) => {
        const request = readRequest({ ...REQUEST, ...env });
        if (!isRefusal(request)) assert.match(request.url, /^\/[\x21-\x7e]*$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a CGI environment is refused", () => {
  const FAULTS: readonly (readonly [name: string, env: CgiEnvironment, detail: RegExp, code?: string])[] = [
    ["without a method", { REQUEST_METHOD: undefined }, /REQUEST_METHOD/],
    ["with a method that is none", { REQUEST_METHOD: "GET / HTTP/1.1" }, /REQUEST_METHOD/],
    ["with a method in small letters", { REQUEST_METHOD: "get" }, /REQUEST_METHOD/],
    ["without an interface", { GATEWAY_INTERFACE: undefined }, /GATEWAY_INTERFACE/],
    ["of another interface", { GATEWAY_INTERFACE: "CGI/2.0" }, /GATEWAY_INTERFACE/],
    ["of no interface", { GATEWAY_INTERFACE: "CGI-PHP/1.1" }, /GATEWAY_INTERFACE/],
    ["without a protocol", { SERVER_PROTOCOL: undefined }, /SERVER_PROTOCOL/],
    ["of a server-side include", { SERVER_PROTOCOL: "INCLUDED" }, /SERVER_PROTOCOL/],
    ["with a header Proxy", { HTTP_PROXY: "http://evil.example" }, /Proxy/],
    ["as the page of an error", { REDIRECT_STATUS: "404" }, /REDIRECT_STATUS/],
    ["with a path that is none", { PATH_INFO: "v1/resources" }, /PATH_INFO/],
    ["with a NUL in its path", { PATH_INFO: "/v1/resources/\0" }, /PATH_INFO/],
    ["with a line break in its path", { PATH_INFO: "/v1/\r\nX: y" }, /PATH_INFO/],
    ["with a path that is no UTF-8", { PATH_INFO: "/v1/\ufffd" }, /PATH_INFO/],
    ["with a script name that is none", { SCRIPT_NAME: "drett" }, /SCRIPT_NAME/],
    ["with a line break in its script name", { SCRIPT_NAME: "/x\nY: z" }, /SCRIPT_NAME/],
    ["with a query that is not encoded", { QUERY_STRING: "owner=a b" }, /QUERY_STRING/],
    ["with a fragment in its query", { QUERY_STRING: "a=b#c" }, /QUERY_STRING/],
    ["without a host", { HTTP_HOST: undefined }, /Host/],
    ["with an empty host", { HTTP_HOST: "", SERVER_PROTOCOL: "HTTP/2.0" }, /Host/],
    ["with a length that is no number", { CONTENT_LENGTH: "many" }, /CONTENT_LENGTH/],
    ["with a negative length", { CONTENT_LENGTH: "-1" }, /CONTENT_LENGTH/],
    ["with a length with a sign", { CONTENT_LENGTH: "+1" }, /CONTENT_LENGTH/],
    ["with a broken length", { CONTENT_LENGTH: "1.5" }, /CONTENT_LENGTH/],
    ["with a length of hex digits", { CONTENT_LENGTH: "0x10" }, /CONTENT_LENGTH/],
    ["with two lengths", { CONTENT_LENGTH: "1, 2" }, /CONTENT_LENGTH/],
    ["with contradictory lengths", { CONTENT_LENGTH: "1", HTTP_CONTENT_LENGTH: "2" }, /contradict/],
    ["with contradictory types", { CONTENT_TYPE: "a/b", HTTP_CONTENT_TYPE: "c/d" }, /contradict/],
    ["with a body in chunks", { HTTP_TRANSFER_ENCODING: "chunked" }, /Content-Length/],
    ["with both", { HTTP_TRANSFER_ENCODING: "chunked", CONTENT_LENGTH: "3" }, /Content-Length/],
    ["with a line break in a header", { HTTP_X: "a\r\nb: c" }, /header/],
    ["with a user that is no name", { REMOTE_USER: "alice\nlocal" }, /REMOTE_USER/],
    ["with an endless user", { REMOTE_USER: "a".repeat(201) }, /REMOTE_USER/],
    ["with an endless path", { PATH_INFO: `/${"a".repeat(20_000)}` }, /16384/, "header-too-large"],
    ["with an endless query", { QUERY_STRING: "a".repeat(20_000) }, /16384/, "header-too-large"],
    ["with an endless header", { HTTP_X: "a".repeat(20_000) }, /16384/, "header-too-large"],
    ["with a body beyond the limit", { CONTENT_LENGTH: "8388609" }, /8388609/, "body-too-large"],
    ["with a body beyond all numbers", { CONTENT_LENGTH: "9".repeat(15) }, /999/, "body-too-large"],
    ["with a length beyond all lengths", { CONTENT_LENGTH: "9".repeat(400) }, /CONTENT_LENGTH/],
  ];
  for (const [name, env, detail, code = "malformed-request"] of FAULTS) {
    it(name, () => {
      const refusal = readRequest({ ...REQUEST, ...env });
      assert.ok(isRefusal(refusal), JSON.stringify(refusal));
      assert.equal(refusal.refused, code);
      assert.match(refusal.detail, detail);
    });
  }

  it("and not for what is only unusual", () => {
    for (const env of [
      { SERVER_PROTOCOL: "HTTP/1.0", HTTP_HOST: undefined },
      { SERVER_PROTOCOL: "HTTP/2.0" },
      { GATEWAY_INTERFACE: "CGI/1.0" },
      { REDIRECT_STATUS: "200" },
      { CONTENT_LENGTH: "3", HTTP_CONTENT_LENGTH: "3" },
      { CONTENT_LENGTH: "8388608" },
      { SCRIPT_NAME: "" },
      { HTTP_REFERER: "http://localhost/caf\ufffd" },
    ])
      read(env);
  });
});
