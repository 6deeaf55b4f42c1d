import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Change, LIMITS, MemoryStore, type Query, StoreUnavailable } from "@drett/core";
import type { InjectOptions } from "fastify";
import { OLD_COMMANDS } from "../src/legacy/commands.ts";
import { HeldStore } from "./support/held-store.ts";
import { askOld, block, machine, tellOld, updated } from "./support/old-protocol.ts";
import { contentsOf, type TestServer, testServer } from "./support/test-server.ts";

const post = (payload: string | Buffer, type = "application/json"): InjectOptions => ({
  headers: { "content-type": type },
  payload,
});
const command = JSON.stringify({ cmd: "ResourceFreed", oid: "0123456789abcdef01234567" });
const long = "x".repeat(LIMITS.textCharacters + 1);

/** Sends what must be refused, and holds that it left nothing behind. */
async function refuses(server: TestServer, request: InjectOptions, status: number, error: RegExp) {
  const before = await contentsOf(server.store);
  const answer = await askOld(server, request);
  assert.equal(answer.status, status, String(answer.error));
  assert.match(String(answer.error), error);
  assert.deepEqual(await contentsOf(server.store), before);
}

test("a quota stops a client that looks at results alone, too", async (t) => {
  const server = testServer(t, { engine: { quotas: { probe: { live: 1 } } } });
  const allocation_oid = await tellOld(server, "BeginAllocation", block);
  const another = { cmd: "AddResource", allocation_oid, ...machine };
  assert.equal((await askOld(server, { payload: another })).status, 200);
  await refuses(server, { payload: another }, 429, /^quota-reached: probe has 1 live resources/);
});

const REQUESTS: readonly (readonly [what: string, request: InjectOptions, status: number, error: RegExp])[] =
  [
    ["nothing", {}, 400, /^invalid-input: /],
    ["an empty object", post("{}"), 400, /^unknown-command: .*`cmd`/],
    ["no JSON", post("cmd=ResourceFreed"), 400, /^not-json: /],
    ["Python's NaN", post('{"cmd": "BeginAllocation", "timeout": NaN}'), 400, /^not-json: /],
    ["no UTF-8", post(Buffer.from('{"cmd": "é"}', "latin1")), 400, /^invalid-utf8: /],
    ["a key twice", post('{"cmd": "ResourceFreed", "oid": "a", "oid": "b"}'), 400, /^duplicate-key: /],
    ["the key __proto__", post('{"cmd": "ResourceFreed", "__proto__": {}}'), 400, /^forbidden-key: /],
    ["deep nesting", post(`{"cmd": ${"[".repeat(40)}${"]".repeat(40)}}`), 400, /^too-deep: /],
    ["a list", post(`[${command}]`), 400, /^invalid-input: /],
    ["a text", post('"ResourceFreed"'), 400, /^invalid-input: /],
    ["null", post("null"), 400, /^invalid-input: /],
    ["an unknown command", post('{"cmd": "ResourceFreeed"}'), 400, /^unknown-command: .*"ResourceFreed"\?/],
    ["a command of today", post('{"cmd": "register-intent"}'), 400, /^unknown-command: /],
    ["the name of a property", post('{"cmd": "constructor"}'), 400, /^unknown-command: /],
    ["a command that is no text", post('{"cmd": {"$oid": "x"}}'), 400, /^unknown-command: /],
    ["a form", post("cmd=x", "application/x-www-form-urlencoded"), 415, /^unsupported-media-type: /],
    ["lines", post(command, "application/x-ndjson"), 415, /^unsupported-media-type: /],
    ["too large a body", post(" ".repeat(LIMITS.bodyBytes + 1)), 413, /^body-too-large: /],
    [
      "another machine's name",
      { headers: { host: "evil.example", "content-type": "application/json" }, payload: command },
      421,
      /^wrong-host: /,
    ],
  ];
for (const [what, request, status, error] of REQUESTS) {
  test(`${what} is answered with ${status}, and says why`, async (t) => {
    await refuses(testServer(t), request, status, error);
  });
}

for (const method of ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
  test(`${method} is answered with 405`, async (t) => {
    await refuses(testServer(t), { method }, 405, /^method-not-allowed: .* use POST/);
    const { headers } = await testServer(t).app.inject({ method, url: "/drett" });
    assert.equal(headers.allow, "POST");
  });
}

/** Fields without which a command is refused, with values that fit. */
const FIELDS: { readonly [cmd: string]: { readonly [field: string]: unknown } } = {
  BeginAllocation: block,
  AllocationSuccess: { oid: "a-label" },
  AllocationFailed: { oid: "a-label" },
  AddResource: { allocation_oid: "a-label", ...machine },
  ResourceAllocated: { oid: "0123456789abcdef01234567", resource_id: "i-1" },
  ResourceAllocationFailed: { oid: "0123456789abcdef01234567" },
  ResourceFreed: { oid: "0123456789abcdef01234567" },
  ResourceFreedByAttributes: { ...machine, resource_id: "i-1" },
};
test("docs/protocol-0.1.md lists every command with its fields, and no other", () => {
  const text = readFileSync(new URL("../../../docs/protocol-0.1.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([A-Z]\w+)` \| (`.*?) \|/gm)].map(([, cmd, fields = ""]) => [
    cmd,
    [...fields.matchAll(/`(\w+)`(?!\?)/g)].map(([, name]) => name),
  ]);
  assert.deepEqual(
    rows,
    Object.entries(FIELDS).map(([cmd, fields]) => [cmd, Object.keys(fields)]),
  );
  assert.deepEqual(Object.keys(FIELDS), Object.keys(OLD_COMMANDS));
});

for (const [cmd, fields] of Object.entries(FIELDS)) {
  for (const name of Object.keys(fields)) {
    test(`${cmd} without ${name}, or with something else in its place, says so in \`error\``, async (t) => {
      const server = testServer(t);
      const { [name]: _, ...others } = fields;
      const missing = new RegExp(`^missing-field: The input lacks "${name}"\\.$`);
      await refuses(server, { payload: { cmd, ...others } }, 200, missing);
      for (const value of [null, true, 1.5, [], ["x"], {}, { $oid: 7 }, { $oid: "x", y: 1 }, { $date: 1 }]) {
        if (name === "timeout" && value === 1.5) continue;
        const wrong = new RegExp(`^(invalid-input|invalid-duration): /${name} must be`);
        await refuses(server, { payload: { cmd, ...fields, [name]: value } }, 200, wrong);
      }
    });
  }
}

for (const [cmd, name] of [
  ["BeginAllocation", "allocation_id"],
  ["BeginAllocation", "application"],
  ["BeginAllocation", "module"],
  ["AddResource", "resource_owner"],
  ["AddResource", "resource_type"],
  ["ResourceAllocated", "resource_id"],
  ["ResourceFreedByAttributes", "resource_id"],
] as const) {
  test(`${cmd} with a ${name} that no store could keep says so in \`error\``, async (t) => {
    const server = testServer(t);
    for (const value of ["", long, "a\0b", "a\ud800b"]) {
      const payload = { cmd, ...FIELDS[cmd], [name]: value };
      await refuses(server, { payload }, 200, new RegExp(`^invalid-input: /${name} must`));
    }
  });
}

test("fields that the old server did not know are left aside, as it did", async (t) => {
  const server = testServer(t);
  const payload = { cmd: "ResourceFreed", oid: "none", at: 5, constructor: {}, toString: 1 };
  assert.deepEqual(await askOld(server, { payload }), { status: 200, result: updated(0), error: null });
});

/** Goes down when it is told. */
class FallingStore extends MemoryStore {
  down = false;

  override async load(...args: Parameters<MemoryStore["load"]>) {
    this.#check();
    return super.load(...args);
  }
  override async commit(changes: readonly Change[]) {
    this.#check();
    return super.commit(changes);
  }
  override async query(query: Query) {
    this.#check();
    return super.query(query);
  }
  #check(): void {
    if (this.down) throw new StoreUnavailable("the disk is on fire", "Put it out.");
  }
}

test("while the store is down every command is answered with 503, and taken afterwards", async (t) => {
  const store = new FallingStore();
  const server = testServer(t, { store });
  const oid = await tellOld(server, "BeginAllocation", block);
  const all = Object.entries({ ...FIELDS, "AllocationSuccess by id": { oid } });
  store.down = true;
  for (const [name, fields] of all) {
    const payload = { cmd: name.split(" ")[0], ...fields };
    const { status, error } = await askOld(server, { payload });
    assert.equal(status, 503, name);
    assert.match(String(error), /^store-unavailable: /);
  }
  store.down = false;
  for (const [cmd, fields] of Object.entries(FIELDS)) await tellOld(server, cmd, fields);
});

test("more than may wait is answered with 503", async (t) => {
  const store = new HeldStore();
  const server = testServer(t, { store, engine: { queueLimit: 1 } });
  const begin = () => askOld(server, { payload: { cmd: "BeginAllocation", ...block } });
  const first = begin();
  await store.reached.promise;
  const others = [begin(), begin()];
  const refused = await Promise.race(others);
  assert.equal(refused.status, 503);
  assert.match(String(refused.error), /^queue-full: /);
  store.held.resolve();
  const answers = await Promise.all([first, ...others]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 503]);
});

test("a command that the engine no longer takes is answered with 503", async (t) => {
  const server = testServer(t);
  await server.engine.close();
  const { status, error } = await askOld(server, { payload: { cmd: "BeginAllocation", ...block } });
  assert.equal(status, 503);
  assert.match(String(error), /^shutting-down: /);
});

test("a request that reaches a closing server is answered with 503, and the one before it is taken", async (t) => {
  const store = new HeldStore();
  const server = testServer(t, { store });
  const begin = () => askOld(server, { payload: { cmd: "BeginAllocation", ...block } });
  const early = begin();
  await store.reached.promise;
  const closing = server.close();
  const { status, error } = await begin();
  assert.equal(status, 503);
  assert.match(String(error), /^shutting-down: /);
  store.held.resolve();
  assert.equal((await early).status, 200);
  await closing;
});
