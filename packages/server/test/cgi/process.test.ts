import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openGuest } from "@drett/store-sqlite";
import { addKey } from "../../src/access/change-keys.ts";
import { keyFileIn } from "../../src/access/key-file.ts";
import { lastUsedIn, readLastUsed } from "../../src/access/last-used.ts";
import {
  type Asked,
  askCgi,
  CGI_BIN,
  type CgiResult,
  makeStore,
  SCRIPT_NAME,
} from "../support/cgi-process.ts";
import { ChildServer, temporaryDirectory } from "../support/child-server.ts";
import { type Body, checkAnswer } from "../support/contract.ts";
import { countFacts, intent } from "../support/test-server.ts";
import { holdLock } from "../support/trouble.ts";

/** Asks on a directory with a store, and holds the answer against the contract. */
class Site {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async with(t: TestContext, config = ""): Promise<Site> {
    const directory = temporaryDirectory(t);
    if (config !== "") writeFileSync(join(directory, "config.yaml"), config);
    await makeStore(directory);
    return new Site(directory);
  }

  async ask(path: string, asked: Asked = {}): Promise<CgiResult & { readonly said: Body }> {
    const result = await askCgi(this.directory, { path, ...asked });
    assert.equal(result.exitCode, 0, result.stderr);
    const location = result.headers.location as string | undefined;
    const headers = { ...result.headers, ...(location && { location: location.replace(SCRIPT_NAME, "") }) };
    const method = asked.env?.REQUEST_METHOD ?? (asked.body === undefined ? "GET" : "POST");
    return { ...result, said: checkAnswer(method, path, { ...result, headers }) };
  }

  /** Asks what must be refused with this code, and holds that it left nothing behind. */
  async refuses(path: string, asked: Asked, status: number, code: string): Promise<CgiResult> {
    const before = await this.facts();
    const result = await askCgi(this.directory, { path, ...asked });
    assert.deepEqual([result.status, (JSON.parse(result.text) as Body).code], [status, code]);
    assert.equal(await this.facts(), before);
    return result;
  }

  async facts(): Promise<number> {
    const store = await openGuest({ directory: this.directory });
    const facts = await countFacts(store);
    await store.close();
    return facts;
  }
}

const register = (id: string) => ({ body: { ...intent, id } });

test("it records, and shows what was recorded, as the server does", async (t) => {
  const site = await Site.with(t);
  const created = await site.ask("/v1/resources", register("vm"));
  assert.deepEqual([created.status, created.stderr], [201, ""]);
  assert.equal(created.headers.location, `${SCRIPT_NAME}/v1/resources/vm`);
  assert.equal((await site.ask("/v1/resources", register("vm"))).status, 200);
  await site.ask("/v1/resources/vm/allocated", { body: { externalId: "i-ü💥" } });
  const { said } = await site.ask("/v1/resources/vm");
  assert.deepEqual([said.state, said.externalIds], ["allocated", ["i-ü💥"]]);
  const list = await site.ask("/v1/resources?state=allocated&limit=1");
  assert.equal((list.said.items as unknown[]).length, 1);
  assert.equal(await site.facts(), 2);
});

test("it takes batches, as one object or in lines", async (t) => {
  const site = await Site.with(t);
  const commands = ["a", "b"].map((id) => ({ command: "register-intent", ...intent, id }));
  const batch = await site.ask("/v1/batch", { body: { commands } });
  assert.deepEqual(
    (batch.said.results as Body[]).map(({ status }) => status),
    [201, 201],
  );
  const lines = commands.map((command) => `${JSON.stringify(command)}\n`).join("");
  const again = await askCgi(site.directory, {
    path: "/v1/batch",
    body: lines,
    env: { CONTENT_TYPE: "application/x-ndjson" },
  });
  assert.match(again.headers["content-type"] as string, /^application\/x-ndjson/);
  assert.deepEqual(
    again.text
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as Body).status),
    [200, 200],
  );
});

test("a client of drett 0.1 has the script itself as its URL", async (t) => {
  const site = await Site.with(t);
  for (const path of ["", "/", "/drett"]) {
    const body = { cmd: "BeginAllocation", application: "a", module: "m", allocation_id: "x", timeout: 60 };
    const { status, text } = await askCgi(site.directory, { path, body });
    const { result, error } = JSON.parse(text) as { result: unknown; error: unknown };
    assert.deepEqual([status, error], [200, null]);
    assert.notEqual(result, null);
  }
});

test("it refuses as the server does", async (t) => {
  const site = await Site.with(t);
  await site.refuses("/v1/nothing", {}, 404, "unknown-route");
  await site.refuses("/v1/resources/none", {}, 404, "unknown-resource");
  await site.refuses("/v1/resources", { body: "{" }, 400, "not-json");
  await site.refuses("/v1/resources", { body: { ...intent, ownr: "x" } }, 400, "unknown-field");
  await site.refuses(
    "/v1/resources",
    { ...register("a"), env: { CONTENT_TYPE: "text/plain" } },
    415,
    "unsupported-media-type",
  );
  const { headers } = await site.refuses(
    "/v1/resources/x",
    { env: { REQUEST_METHOD: "DELETE" } },
    405,
    "method-not-allowed",
  );
  assert.equal(headers.allow, "GET");
  const head = await askCgi(site.directory, { path: "/v1/resources", env: { REQUEST_METHOD: "HEAD" } });
  assert.deepEqual([head.status, head.text], [405, ""]);
});

test("it goes by the Host header and the setting `hosts`, and not by what the web server calls itself", async (t) => {
  const site = await Site.with(t, "hosts: [drett.lab]\n");
  const called = (HTTP_HOST: string) => ({ env: { HTTP_HOST, SERVER_NAME: HTTP_HOST } });
  await site.refuses("/v1/resources", called("evil.example"), 421, "wrong-host");
  await site.refuses(
    "/v1/resources",
    { env: { HTTP_HOST: "evil.example", SERVER_NAME: "localhost" } },
    421,
    "wrong-host",
  );
  assert.equal((await site.ask("/v1/resources", called("drett.lab"))).status, 200);
  assert.equal((await site.ask("/v1/resources", called("Drett.Lab:8080"))).status, 200);
});

test("a stream of the feed is a page of it", async (t) => {
  const site = await Site.with(t);
  await site.ask("/v1/resources", register("vm"));
  const { said } = await site.ask("/v1/events", { env: { HTTP_ACCEPT: "text/event-stream" } });
  assert.equal((said.items as unknown[]).length, 1);
});

test("whom the web server has authenticated is the actor, and a header says nothing about it", async (t) => {
  const site = await Site.with(t);
  await site.ask("/v1/resources", { ...register("a"), env: { REMOTE_USER: "alice", AUTH_TYPE: "Basic" } });
  await site.ask("/v1/resources", { ...register("b"), env: { HTTP_REMOTE_USER: "mallory" } });
  const actorOf = async (id: string) => {
    const [fact] = (await site.ask(`/v1/resources/${id}`)).said.facts as { actor: string }[];
    return fact?.actor;
  };
  assert.deepEqual([await actorOf("a"), await actorOf("b")], ["user alice", "local"]);
});

test("a body is as long as it says, or refused", async (t) => {
  const site = await Site.with(t);
  const body = JSON.stringify({ ...intent, id: "vm" });
  const length = (by: number) => ({ CONTENT_LENGTH: String(Buffer.byteLength(body) + by) });
  await site.refuses("/v1/resources", { body, env: length(1) }, 400, "malformed-request");
  await site.refuses("/v1/resources", { body, env: length(-1) }, 400, "not-json");
  await site.refuses("/v1/resources", { body, env: { CONTENT_LENGTH: undefined } }, 400, "malformed-request");
  await site.refuses("/v1/resources", { body, env: { CONTENT_LENGTH: "-5" } }, 400, "malformed-request");
  await site.refuses(
    "/v1/resources",
    { body, env: { CONTENT_LENGTH: "8388609" }, open: true },
    413,
    "body-too-large",
  );
  const more = await site.ask("/v1/resources", { body: `${body}{"more":`, env: length(0) });
  assert.equal(more.status, 201);
});

test("a body of 8 MiB arrives whole", async (t) => {
  const site = await Site.with(t);
  const spaces = " ".repeat(8 * 1024 * 1024 - 200);
  const { status } = await site.ask("/v1/resources", {
    body: `${spaces}${JSON.stringify({ ...intent, id: "vm" })}`,
  });
  assert.equal(status, 201);
});

test("a body that does not come is not waited for without end", async (t) => {
  const site = await Site.with(t, "request_timeout: 1s\n");
  const body = Buffer.from('{"application":');
  const env = { CONTENT_LENGTH: "1000" };
  await site.refuses("/v1/resources", { body, env, open: true }, 408, "request-timeout");
});

test("a request without a body is answered though standard input stays open", async (t) => {
  const site = await Site.with(t);
  assert.equal((await site.ask("/v1/resources", { open: true })).status, 200);
});

test("a malformed environment is refused, and nothing is opened", async (t) => {
  const directory = temporaryDirectory(t);
  for (const env of [
    { REQUEST_METHOD: undefined },
    { GATEWAY_INTERFACE: "x" },
    { HTTP_PROXY: "http://evil.example" },
  ]) {
    const { status, text, exitCode, stderr } = await askCgi(directory, { path: "/v1/resources", env });
    assert.deepEqual([status, (JSON.parse(text) as Body).code, exitCode], [400, "malformed-request", 0]);
    assert.equal(stderr, "");
  }
});

test("by hand it says what it is, and leaves nothing behind", (t) => {
  const directory = temporaryDirectory(t);
  const byHand = { env: {}, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [CGI_BIN, directory], byHand);
  assert.deepEqual(readdirSync(directory), []);
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(stderr, /answers one request for a web server.*\n[^]*docs\/cgi\.md/);
});

test("what is wrong with the configuration is told to the error log, and not to the client", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, "config.yaml"), "port: 5001\nprot: 1\n");
  const { status, text, stderr } = await askCgi(directory, { path: "/v1/resources" });
  assert.deepEqual([status, (JSON.parse(text) as Body).code], [500, "internal-error"]);
  assert.match(stderr, /config\.yaml:2: prot is not a setting; did you mean port\?/);
  assert.doesNotMatch(text, /prot|config\.yaml|tmp/);
});

test("without its directory, or with more than that, it is not set up", async (t) => {
  const { directory } = await Site.with(t);
  for (const args of [[], [directory, "x"]]) {
    const { status, stderr } = await askCgi(directory, { path: "/healthz", args });
    assert.equal(status, 500);
    assert.match(stderr, /the directory of the configuration must be the only argument/);
  }
});

test("where no server has made the store yet it is 503, and makes nothing", async (t) => {
  const directory = temporaryDirectory(t);
  const { status, headers, text, stderr } = await askCgi(directory, { path: "/v1/resources" });
  assert.deepEqual(
    [status, headers["retry-after"], (JSON.parse(text) as Body).code],
    [503, "1", "store-unavailable"],
  );
  assert.match(stderr, /there is no store in .*\n.*Start `drett-server`/);
  assert.doesNotMatch(text, /tmp/);
  const missing = join(directory, "none");
  assert.equal((await askCgi(missing, { path: "/v1/resources" })).status, 503);
  assert.deepEqual(readdirSync(directory), []);
});

test("what it has compiled it keeps in its directory, and does without where it cannot", async (t) => {
  const site = await Site.with(t);
  const env = { NODE_COMPILE_CACHE: undefined };
  assert.equal((await site.ask("/healthz", { env })).status, 200);
  const cache = join(site.directory, "compile-cache");
  assert.notEqual(readdirSync(cache).length, 0);
  rmSync(cache, { recursive: true });
  writeFileSync(cache, "in the way");
  const { status, stderr } = await site.ask("/healthz", { env });
  assert.deepEqual([status, stderr], [200, ""]);
});

test("settings come from the environment that the web server sets, and not from headers", async (t) => {
  const site = await Site.with(t);
  const headers = {
    HTTP_DRETT_STORE_USE: "none",
    HTTP_DRETT_NONSENSE: "1",
    HTTP_DRETT_HOSTS: "evil.example",
  };
  assert.equal((await site.ask("/v1/resources", { env: headers })).status, 200);
  await site.refuses("/v1/resources", { env: { ...headers, HTTP_HOST: "evil.example" } }, 421, "wrong-host");
  const { status } = await site.ask("/v1/resources", {
    env: { DRETT_HOSTS: "drett.lab", HTTP_HOST: "drett.lab" },
  });
  assert.equal(status, 200);
  const wrong = await askCgi(site.directory, { path: "/v1/resources", env: { DRETT_NONSENSE: "1" } });
  assert.equal(wrong.status, 500);
  assert.match(wrong.stderr, /DRETT_NONSENSE is not a setting/);
});

test("beside a running server, both see what the other records", async (t) => {
  const directory = temporaryDirectory(t);
  const server = await ChildServer.start(t, { directory });
  const created = await askCgi(directory, { path: "/v1/resources", ...register("by-cgi") });
  assert.equal(created.status, 201);
  await server.send("POST", "/v1/resources", { ...intent, id: "by-server" });
  assert.equal((await server.send("GET", "/v1/resources/by-cgi")).status, 200);
  assert.equal((await askCgi(directory, { path: "/v1/resources/by-server" })).status, 200);
  assert.equal(await server.stop(), 0);
});

test("a store that breaks while it serves is 503, with the request in the error log", async (t) => {
  const site = await Site.with(t);
  const release = await holdLock(t, join(site.directory, "drett.db"));
  const { status, headers, stderr } = await askCgi(site.directory, {
    path: "/v1/resources",
    ...register("vm"),
  });
  assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  assert.match(
    stderr,
    /the store does not answer: SQLite says: database is locked .*"remedy":"Another process holds/,
  );
  assert.match(stderr, new RegExp(`"requestId":"${headers["x-request-id"] as string}","actor":"local"`));
  await release();
  assert.equal((await site.ask("/v1/resources", register("vm"))).status, 201);
});

test("where there are keys, a request needs one, whomever the web server says it has let in", async (t) => {
  const site = await Site.with(t);
  const path = keyFileIn(site.directory);
  const key = addKey(path, { name: "engine", roles: ["report"] }, Date.now());
  const told = { body: { id: "vm", ...intent } };
  const asking = (env: object) => ({ ...told, env: { ...env } });
  await site.refuses("/v1/resources", told, 401, "api-key-missing");
  await site.refuses("/v1/resources", asking({ REMOTE_USER: "me" }), 401, "api-key-missing");
  await site.refuses("/v1/resources", asking({ HTTP_AUTHORIZATION: "Bearer guess" }), 401, "api-key-invalid");
  const { status } = await site.ask("/v1/resources", asking({ HTTP_AUTHORIZATION: `Bearer ${key}` }));
  assert.equal(status, 201);
  assert.equal(Object.keys(readLastUsed(lastUsedIn(site.directory))).length, 1);
  const reading = { env: { HTTP_AUTHORIZATION: `Bearer ${key}` } };
  await site.refuses("/v1/resources", reading, 403, "role-missing");
});
