import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "@drett/core";
import { checkItem } from "./support/contract.ts";
import { countFacts, intent, type TestServer, testServer } from "./support/test-server.ts";

interface Result {
  readonly status: number;
  readonly body: { readonly [field: string]: unknown };
}

const register = (id: string) => ({ command: "register-intent", id, ...intent });

async function batch(server: TestServer, commands: readonly unknown[]): Promise<Result[]> {
  const { body } = await server.ask({ method: "POST", url: "/v1/batch", payload: { commands } });
  return body.results as Result[];
}

async function lines(server: TestServer, text: string | Buffer) {
  const headers = { "content-type": "application/x-ndjson" };
  const answer = await server.ask({ method: "POST", url: "/v1/batch", headers, payload: text });
  return { ...answer, results: answer.body.results as Result[] };
}

test("each command of a batch has an outcome of its own, in order, and one bad one spoils no other", async (t) => {
  const server = testServer(t);
  const commands = [
    register("vm-1"),
    { command: "report-allocated", id: "vm-1", externalId: "i-1" },
    { command: "report-freed", id: "nobody" },
    { ...register("vm-2"), tpye: "vm" },
    { command: "regster-intent" },
    "not an object",
    null,
    [register("vm-9")],
    {},
    { command: 7 },
    { ...register("vm-1"), owner: "someone-else" },
    register("vm-3"),
  ];
  const results = await batch(server, commands);
  for (const [place, result] of results.entries()) {
    checkItem((commands[place] as { command?: unknown } | null)?.command, result);
  }
  assert.deepEqual(
    results.map(({ status, body }) => [status, body.code ?? body.id]),
    [
      [201, "vm-1"],
      [200, "vm-1"],
      [404, "unknown-resource"],
      [400, "unknown-field"],
      [400, "unknown-command"],
      [400, "invalid-input"],
      [400, "invalid-input"],
      [400, "invalid-input"],
      [400, "unknown-command"],
      [400, "unknown-command"],
      [409, "id-used"],
      [201, "vm-3"],
    ],
  );
  assert.match(String(results[3]?.body.detail), /"type"/);
  assert.match(String(results[4]?.body.detail), /"register-intent"/);
  assert.equal(await countFacts(server.store), 3);
});

test("a batch that comes again is answered with what it was answered, and changes nothing", async (t) => {
  const server = testServer(t);
  const commands = ["vm-1", "vm-2"].map(register);
  const first = await batch(server, commands);
  const again = await batch(server, commands);
  assert.deepEqual(
    again.map(({ body }) => body),
    first.map(({ body }) => body),
  );
  assert.deepEqual(
    [first, again].map((results) => results.map(({ status }) => status)),
    [
      [201, 201],
      [200, 200],
    ],
  );
  assert.equal(await countFacts(server.store), 2);
});

test("an empty batch is answered with nothing", async (t) => {
  const server = testServer(t);
  assert.deepEqual(await batch(server, []), []);
  assert.deepEqual((await lines(server, "")).results, []);
});

test("NDJSON is answered line by line; blank lines and a missing last line end do no harm", async (t) => {
  const server = testServer(t);
  const text = `${JSON.stringify(register("vm-1"))}\r\n\n  \n{"command":\n${JSON.stringify(register("vm-2"))}`;
  const { headers, results } = await lines(server, text);
  assert.match(String(headers["content-type"]), /^application\/x-ndjson/);
  assert.deepEqual(
    results.map(({ status, body }) => [status, body.code ?? body.id]),
    [
      [201, "vm-1"],
      [400, "not-json"],
      [201, "vm-2"],
    ],
  );
});

for (const [what, line, code] of [
  ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "invalid-utf8"],
  ["a key that stands twice", '{"command":"register-intent","id":"a","id":"b"}', "duplicate-key"],
  ["the key __proto__", '{"command":"register-intent","__proto__":{}}', "forbidden-key"],
  ["deep nesting", `${"[".repeat(33)}${"]".repeat(33)}`, "too-deep"],
] as const) {
  test(`a line with ${what} spoils no other line`, async (t) => {
    const server = testServer(t);
    const text = Buffer.concat([Buffer.from(line), Buffer.from(`\n${JSON.stringify(register("vm"))}\n`)]);
    const { results } = await lines(server, text);
    assert.deepEqual(
      results.map(({ body }) => body.code ?? body.id),
      [code, "vm"],
    );
  });
}

test("a batch of as many commands as the limit allows is taken", async (t) => {
  const server = testServer(t);
  const commands = Array.from({ length: LIMITS.commands }, (_, place) => register(`vm-${place}`));
  const results = await batch(server, commands);
  assert.ok(results.every(({ status }) => status === 201));
  assert.equal(await countFacts(server.store), LIMITS.commands);
});

test("one command more than the limit is refused as a whole", async (t) => {
  const server = testServer(t);
  const commands = Array.from({ length: LIMITS.commands + 1 }, (_, place) => register(`vm-${place}`));
  await server.refuses({ method: "POST", url: "/v1/batch", payload: { commands } }, "too-many-commands");
  const text = commands.map((command) => JSON.stringify(command)).join("\n");
  const headers = { "content-type": "application/x-ndjson" };
  await server.refuses({ method: "POST", url: "/v1/batch", headers, payload: text }, "too-many-commands");
});

for (const [what, payload, code] of [
  ["without its list", {}, "missing-field"],
  ["whose list is none", { commands: register("vm") }, "invalid-input"],
  ["with a field beside its list", { commands: [], atomic: true }, "unknown-field"],
  ["that is a list", [register("vm")], "invalid-input"],
] as const) {
  test(`a batch ${what} is refused`, async (t) => {
    await testServer(t).refuses({ method: "POST", url: "/v1/batch", payload }, code);
  });
}

test("a batch that is `null` is refused", async (t) => {
  const headers = { "content-type": "application/json" };
  await testServer(t).refuses(
    { method: "POST", url: "/v1/batch", headers, payload: "null" },
    "invalid-input",
  );
});

test("what an allocation could not wholly record, it does not record in part", async (t) => {
  const server = testServer(t);
  await server.tell("register-intent", { id: "taken", ...intent });
  const resources = [
    { id: "fresh", type: "vm", owner: "lpds" },
    { id: "taken", type: "disk", owner: "lpds" },
  ];
  const payload = { id: "fleet", application: "probe", module: "nova", resources };
  await server.refuses({ method: "POST", url: "/v1/allocations", payload }, "id-used");
});
