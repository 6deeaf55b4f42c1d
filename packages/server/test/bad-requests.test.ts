import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, LIMITS, READS, type RefusalCode } from "@drett/core";
import type { InjectOptions } from "fastify";
import { intent, testServer } from "./support/test-server.ts";

const body = JSON.stringify(intent);
const typed = (type: string): InjectOptions => ({ headers: { "content-type": type }, payload: body });
const post = { method: "POST", url: "/v1/resources" } as const;

const REQUESTS: readonly (readonly [what: string, request: InjectOptions, code: RefusalCode])[] = [
  ["a path that leads nowhere", { url: "/v1/machines" }, "unknown-route"],
  ["the root", { url: "/" }, "unknown-route"],
  ["a slash too many at the end", { url: "/v1/resources/" }, "invalid-id"],
  ["a slash too many within", { url: "/v1//resources" }, "unknown-route"],
  ["a path in capitals", { url: "/V1/RESOURCES" }, "unknown-route"],
  ["a way out of the tree", { url: "/v1/resources/%2e%2e%2fhealthz" }, "invalid-id"],
  ["a path that is encoded wrongly", { url: "/v1/resources/%zz" }, "malformed-request"],
  ["a path with half a character", { url: "/v1/resources/%c3" }, "malformed-request"],
  ["an id of a thousand characters", { url: `/v1/resources/${"v".repeat(1_000)}` }, "invalid-id"],
  ["an id of more than that", { url: `/v1/resources/${"v".repeat(8_000)}` }, "invalid-id"],
  ["a body to a path that leads nowhere", { ...post, url: "/v1/machines", payload: intent }, "unknown-route"],
  ["a body that is plain text", { ...post, ...typed("text/plain") }, "unsupported-media-type"],
  [
    "a body that is a form",
    { ...post, ...typed("application/x-www-form-urlencoded") },
    "unsupported-media-type",
  ],
  [
    "a body that is a multipart form",
    { ...post, ...typed("multipart/form-data; boundary=x") },
    "unsupported-media-type",
  ],
  ["a body of a type that is none", { ...post, ...typed("json") }, "unsupported-media-type"],
  ["a body without a type", { ...post, ...typed("") }, "unsupported-media-type"],
  [
    "lines to a route that takes one command",
    { ...post, ...typed("application/x-ndjson") },
    "unsupported-media-type",
  ],
  [
    "lines to a report",
    { ...post, url: "/v1/resources/vm/freed", ...typed("application/x-ndjson") },
    "unsupported-media-type",
  ],
  [
    "a body beyond the limit",
    { ...post, payload: { ...intent, data: { a: "x".repeat(LIMITS.bodyBytes) } } },
    "body-too-large",
  ],
  ["another machine's name", { url: "/v1/resources", headers: { host: "evil.example" } }, "wrong-host"],
  [
    "a name that begins like loopback",
    { url: "/v1/resources", headers: { host: "localhost.evil.example" } },
    "wrong-host",
  ],
  [
    "a name that begins like an address of loopback",
    { url: "/healthz", headers: { host: "127.0.0.1.evil.example" } },
    "wrong-host",
  ],
  [
    "a command to another machine's name",
    { ...post, headers: { host: "evil.example:80" }, payload: intent },
    "wrong-host",
  ],
  [
    "a stream from another machine's name",
    { url: "/v1/events", headers: { host: "evil.example", accept: "text/event-stream" } },
    "wrong-host",
  ],
];
for (const [what, request, code] of REQUESTS) {
  test(`${what} is refused as ${code}`, async (t) => {
    await testServer(t).refuses(request, code);
  });
}

for (const host of [
  "localhost",
  "LOCALHOST:5001",
  "127.0.0.1:80",
  "127.8.9.10",
  "[::1]:5001",
  "drett.lab",
  "DRETT.lab:1",
]) {
  test(`a request to ${host} is answered`, async (t) => {
    const server = testServer(t, { http: { hosts: ["drett.lab"] } });
    assert.equal((await server.ask({ url: "/healthz", headers: { host } })).status, 200);
  });
}

test("JSON may name its charset", async (t) => {
  const request = { ...post, ...typed("application/json; charset=utf-8") };
  assert.equal((await testServer(t).ask(request)).status, 201);
});

const paths = Map.groupBy([...COMMANDS, ...READS], ({ route }) => route?.split(" ")[1] ?? "");
for (const [path, operations] of [...paths, ["/v1/batch", []] as const]) {
  const taken = operations.map(({ route }) => route?.split(" ")[0] as string);
  const allow = taken.length > 0 ? taken : ["POST"];
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
    if (allow.includes(method)) continue;
    test(`${method} ${path} is refused, and the answer says what the path takes`, async (t) => {
      const server = testServer(t);
      const url = path.replace("{id}", "vm");
      const { status, headers, text } = await server.ask({
        method,
        url,
        payload: method === "GET" ? undefined : body,
      });
      assert.equal(status, 405);
      if (method !== "HEAD") assert.match(text, /"code":"method-not-allowed"/);
      assert.deepEqual(new Set(String(headers.allow).split(", ")), new Set(allow));
    });
  }
}

for (const url of ["/healthz", "/readyz", "/metrics", "/openapi.json"]) {
  test(`${url} takes nothing but GET`, async (t) => {
    const { headers } = await testServer(t).ask({ method: "POST", url });
    assert.equal(headers.allow, "GET");
  });
}

const QUERIES: readonly (readonly [url: string, code: RefusalCode, detail?: RegExp])[] = [
  ["/v1/resources?onwer=me", "unknown-field", /"owner"/],
  ["/v1/resources?owner=a&owner=b", "invalid-input", /owner/],
  ["/v1/resources?owner=", "invalid-input", /owner/],
  ["/v1/resources?owner", "invalid-input", /owner/],
  ["/v1/resources?__proto__=x", "unknown-field"],
  ["/v1/resources?constructor=x", "unknown-field"],
  ["/v1/resources?id=vm", "unknown-field"],
  ["/v1/resources?state=gone", "invalid-input", /state/],
  ["/v1/resources?finding=orphan", "invalid-input", /finding/],
  ["/v1/resources?allocation=No_Id", "invalid-id", /allocation/],
  [`/v1/resources?${"label=a%3Db&".repeat(9)}`, "invalid-input", /label/],
  ["/v1/resources?label=", "invalid-input", /label/],
  ["/v1/resources?limit=0", "invalid-input", /limit/],
  ["/v1/resources?limit=-1", "invalid-input", /limit/],
  [`/v1/resources?limit=${LIMITS.page + 1}`, "invalid-input", /limit/],
  ["/v1/resources?limit=1.5", "invalid-input", /limit/],
  ["/v1/resources?limit=1e2", "invalid-input", /limit/],
  ["/v1/resources?limit=ten", "invalid-input", /limit/],
  ["/v1/resources?limit=", "invalid-input", /limit/],
  ["/v1/resources?limit=1&limit=2", "invalid-input", /limit/],
  ["/v1/resources?limit=99999999999999999999", "invalid-input", /limit/],
  ["/v1/resources?cursor=a&cursor=b", "invalid-input", /cursor/],
  [`/v1/resources?cursor=${"a".repeat(513)}`, "invalid-input", /cursor/],
  ["/v1/resources/vm?owner=me", "unknown-field", /owner/],
  ["/v1/allocations?owner=me", "unknown-field", /owner/],
  ["/v1/findings?state=pending", "unknown-field", /state/],
  ["/v1/findings/summary?kind=abandoned", "unknown-field", /kind/],
  ["/v1/events?limit=0", "invalid-input", /limit/],
  ["/v1/events?since=0", "unknown-field", /since/],
  ["/v1/events?after=a&after=b", "invalid-input", /after/],
];
for (const [url, code, detail = /./] of QUERIES) {
  test(`${url} is refused as ${code}`, async (t) => {
    const refused = await testServer(t).refuses({ url }, code);
    assert.match(String(refused.detail), detail);
  });
}

test("the id of the path counts, whatever the query says", async (t) => {
  const server = testServer(t);
  for (const id of ["vm-1", "vm-2"]) await server.tell("register-intent", { id, ...intent });
  const { body } = await server.ask({ url: "/v1/resources/vm-1?id=vm-2" });
  assert.equal(body.id, "vm-1");
});

test("a parameter in the URL of a command is refused, and nothing is recorded", async (t) => {
  const server = testServer(t);
  const payload = { application: "probe", type: "vm", owner: "lpds" };
  const refused = await server.refuses(
    { method: "POST", url: "/v1/resources?ttlSeconds=5", payload },
    "unknown-field",
  );
  assert.match(String(refused.detail), /"ttlSeconds" belongs into the body/);
  await server.refuses({ method: "POST", url: "/v1/resources?__proto__=5", payload }, "unknown-field");
});
