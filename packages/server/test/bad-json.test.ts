import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, type RefusalCode } from "@drett/core";
import type { InjectOptions } from "fastify";
import { testServer } from "./support/test-server.ts";

const post = (payload: string | Buffer, type = "application/json"): InjectOptions => ({
  method: "POST",
  url: "/v1/resources",
  headers: { "content-type": type },
  payload,
});
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

const BODIES: readonly (readonly [what: string, body: string | Buffer, code: RefusalCode])[] = [
  ["no JSON", "type=vm", "not-json"],
  ["JSON that breaks off", '{"type": "vm"', "not-json"],
  ["JSON with something after it", '{"type": "vm"} {}', "not-json"],
  ["a comment", '{"type": "vm" /* big */}', "not-json"],
  ["a comma too many", '{"type": "vm",}', "not-json"],
  ["NaN", '{"timeoutSeconds": NaN}', "not-json"],
  ["a string that breaks off at an escape", '{"type": "vm\\"}', "not-json"],
  ["a byte order mark", "\u{feff}{}", "not-json"],
  ["blanks alone", "   ", "not-json"],
  ["a NUL after it", '{"type": "vm"}\0', "not-json"],
  ["half a character", Buffer.concat([Buffer.from('{"type": "'), Buffer.from([0xc3])]), "invalid-utf8"],
  ["Latin-1", Buffer.from('{"type": "gép"}', "latin1"), "invalid-utf8"],
  ["an overlong character", Buffer.from([0x7b, 0xc0, 0xaf, 0x7d]), "invalid-utf8"],
  ["UTF-16", Buffer.from('\u{feff}{"type": "vm"}', "utf16le"), "invalid-utf8"],
  ["a key twice", '{"type": "vm", "owner": "me", "type": "disk"}', "duplicate-key"],
  ["a key and its escaped twin", '{"a": 1, "\\u0061": 2}', "duplicate-key"],
  ["a key twice, deep within", '{"data": {"list": [{"a": {"b": 1, "b": 1}}]}}', "duplicate-key"],
  [
    "a key twice among strings with colons and quotes",
    '{"a": ":\\":", "b\\\\": ":", "a": 1}',
    "duplicate-key",
  ],
  ["an empty key twice", '{"": 1, "": 2}', "duplicate-key"],
  ["the key __proto__", '{"__proto__": {"admin": true}}', "forbidden-key"],
  ["the key __proto__, escaped", '{"\\u005f_proto__": 1}', "forbidden-key"],
  ["the key __proto__, deep within", '{"data": {"a": [{"__proto__": null}]}}', "forbidden-key"],
  ["one level of nesting too many", nested(LIMITS.depth + 1), "too-deep"],
  ["nesting without an end", "[".repeat(1_000_000), "too-deep"],
  [
    "objects nested too deeply",
    `${'{"a":'.repeat(LIMITS.depth + 1)}1${"}".repeat(LIMITS.depth + 1)}`,
    "too-deep",
  ],
  ["a list", "[]", "invalid-input"],
  ["a list of one command", '[{"type": "vm"}]', "invalid-input"],
  ["a text", '"vm"', "invalid-input"],
  ["a number", "7", "invalid-input"],
  ["true", "true", "invalid-input"],
  ["as many levels as are allowed, of something else", nested(LIMITS.depth), "invalid-input"],
];
for (const [what, body, code] of BODIES) {
  test(`a body that is ${what} is refused as ${code}`, async (t) => {
    await testServer(t).refuses(post(body), code);
  });
}

test("a route with an id in its path refuses them alike", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "vm", application: "probe", type: "vm", owner: "me" });
  const url = "/v1/resources/vm/freed";
  for (const [what, body, code] of BODIES) {
    const refused = await server.refuses({ ...post(body), url }, code);
    assert.equal(refused.code, code, what);
  }
  await server.refuses({ ...post("null"), url }, "invalid-input");
});

test("colons, quotes and brackets within strings are no keys and no nesting", async (t) => {
  const server = testServer(t);
  const odd = `{"a":1, "a":2} \\" : [[[[ ${"[{".repeat(40)} \\\\`;
  const payload = { id: "vm", application: odd, type: "\\", owner: '"', data: { [odd]: { ":": ":" } } };
  const { status } = await server.ask({ method: "POST", url: "/v1/resources", payload });
  assert.equal(status, 201);
  const { body } = await server.look("get-resource", { id: "vm" });
  assert.deepEqual([body.application, body.type, body.owner], [odd, "\\", '"']);
});

for (const key of ["constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__"]) {
  test(`the key ${key} is data like any other`, async (t) => {
    const server = testServer(t);
    const payload = { id: "vm", application: "a", type: "t", owner: "o", data: { [key]: { [key]: 1 } } };
    assert.equal((await server.ask({ method: "POST", url: "/v1/resources", payload })).status, 201);
    const { body } = await server.look("get-resource", { id: "vm" });
    assert.deepEqual((body.facts as { data: object }[])[0]?.data, payload.data);
    await server.refuses({ ...post(JSON.stringify({ ...payload, id: "vm-2", [key]: 1 })) }, "unknown-field");
  });
}

test("text of every kind comes back as it was sent", async (t) => {
  const server = testServer(t);
  const odd = "árvíztűrő \u{1f985} \u001f \u2028 </script> ${x} ' \" \\ %00 \r\n";
  const odder = `${odd} \0 \ud800`;
  const payload = {
    id: "vm",
    application: odd,
    type: odd,
    owner: odd,
    labels: { a: odd },
    data: { [odder]: odder },
  };
  assert.equal((await server.ask({ method: "POST", url: "/v1/resources", payload })).status, 201);
  const { body } = await server.look("get-resource", { id: "vm" });
  assert.deepEqual([body.application, body.type, body.labels], [odd, odd, { a: odd }]);
  assert.deepEqual((body.facts as { data: object }[])[0]?.data, payload.data);
});

for (const [what, text] of [
  ["a NUL", "a\0b"],
  ["half a character", "a\ud800b"],
] as const) {
  test(`text with ${what}, which not every store can keep, is refused`, async (t) => {
    const server = testServer(t);
    const payload = { application: "a", type: "t", owner: text };
    await server.refuses({ method: "POST", url: "/v1/resources", payload }, "invalid-input");
    const labels = { a: text };
    await server.refuses(
      { method: "POST", url: "/v1/resources", payload: { ...payload, owner: "o", labels } },
      "invalid-input",
    );
  });
}
