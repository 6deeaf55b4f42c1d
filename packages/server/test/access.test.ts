import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, READS, type Role } from "@drett/core";
import { revokeKeys } from "../src/access/change-keys.ts";
import { hashOf } from "../src/access/key-text.ts";
import { ALL_ROLES, bearer, type Keyed, keyedServer } from "./support/keyed-server.ts";
import { testServer } from "./support/test-server.ts";

interface Route {
  readonly method: string;
  readonly url: string;
  readonly role: Role | "any" | "open";
}

const routesOf = ({ server }: Keyed): Route[] =>
  server.routes.map(({ method, url, config }) => ({ method, url, role: config?.role ?? assert.fail(url) }));

/** As a client would ask it, without a key. */
async function knock({ server, advance }: Keyed, { method, url }: Route, headers: object = {}) {
  // So that whoever tries many bad keys is not slowed.
  advance(3_600);
  const payload = method === "POST" ? { payload: {} } : {};
  const path = url.replace(":id", "vm");
  const answer = await server.app.inject({
    method: method as "GET",
    url: path,
    headers: { ...headers },
    ...payload,
  });
  const isJson = String(answer.headers["content-type"]).includes("json");
  const body: { code?: string; error?: string; role?: string } = isJson ? answer.json() : {};
  // The old protocol has words of its own.
  return {
    ...body,
    code: body.code ?? body.error?.split(":")[0],
    status: answer.statusCode,
    headers: answer.headers,
  };
}

test("the table of the routes has all of them, each with the role of its command or read", (t) => {
  const routes = new Map(routesOf(keyedServer(t)).map(({ method, url, role }) => [`${method} ${url}`, role]));
  for (const { route, role } of [...COMMANDS, ...READS]) {
    assert.equal(routes.get(route?.replaceAll(/\{(\w+)\}/g, ":$1") ?? ""), role, route);
  }
  const others = routes.size - COMMANDS.length - READS.length;
  assert.equal(others, ["/v1/batch", "/drett", "/healthz", "/readyz", "/metrics", "/openapi.json"].length);
  const open = [...routes].filter(([, role]) => role === "open").map(([route]) => route);
  assert.deepEqual(open, ["GET /healthz", "GET /readyz"]);
});

test("a route that does not say its role is not taken", (t) => {
  const { app } = testServer(t);
  assert.throws(() => app.get("/v1/forgotten", () => "hello"), /forgotten does not say which role it needs/);
});

test("no route but those of health answers whoever has no key", async (t) => {
  const keyed = keyedServer(t);
  for (const route of routesOf(keyed)) {
    const { status, code, headers } = await knock(keyed, route);
    if (route.role === "open") {
      assert.equal(status, 200, route.url);
      continue;
    }
    assert.deepEqual([status, code], [401, "api-key-missing"], route.url);
    assert.match(String(headers["www-authenticate"]), /^(Bearer|Basic) realm="drett"/, route.url);
  }
});

test("no route takes a key that is none, is another's, or has ended", async (t) => {
  const keyed = keyedServer(t);
  const good = keyed.add("good");
  const short = keyed.add("short", ALL_ROLES, undefined, 60);
  const ended = keyed.add("ended");
  revokeKeys(keyed.path, "ended", Date.now());
  const others: { [what: string]: string } = {
    "of no form": "Bearer secret",
    "of no scheme": good,
    "of another scheme": `Digest ${good}`,
    "of an id that is not there": `Bearer drett_${"0".repeat(12)}_${good.slice(-64)}`,
    "of another secret": `Bearer ${good.slice(0, -64)}${hashOf(good)}`,
    "with more behind it": `Bearer ${good}0`,
    empty: "",
    expired: `Bearer ${short}`,
    revoked: `Bearer ${ended}`,
  };
  for (const route of routesOf(keyed).filter(({ role }) => role !== "open")) {
    for (const [what, authorization] of Object.entries(others)) {
      const { status, code } = await knock(keyed, route, { authorization });
      assert.deepEqual([status, code], [401, "api-key-invalid"], `${route.url}: a key ${what}`);
    }
    const { status } = await knock(keyed, route, bearer(good));
    assert.notEqual(status, 401, route.url);
  }
});

test("a key with all roles but one gets nowhere that needs it, and is told which; none is in another", async (t) => {
  const keyed = keyedServer(t);
  const without = new Map(
    ALL_ROLES.map((role) => [
      role,
      keyed.add(
        `no ${role}`,
        ALL_ROLES.filter((it) => it !== role),
      ),
    ]),
  );
  const only = new Map(ALL_ROLES.map((role) => [role, keyed.add(`only ${role}`, [role])]));
  for (const route of routesOf(keyed)) {
    if (route.role === "open" || route.role === "any") continue;
    const refused = await knock(keyed, route, bearer(without.get(route.role) as string));
    assert.deepEqual([refused.status, refused.code], [403, "role-missing"], route.url);
    if (route.url !== "/drett") assert.equal(refused.role, route.role);
    const taken = await knock(keyed, route, bearer(only.get(route.role) as string));
    assert.ok(taken.status !== 401 && taken.status !== 403, `${route.url}: ${taken.status}`);
  }
});

test("each item of a batch needs the role of its command", async (t) => {
  const keyed = keyedServer(t);
  for (const role of ALL_ROLES) {
    const key = keyed.add(`only ${role}`, [role]);
    const payload = { commands: COMMANDS.map(({ name }) => ({ command: name })) };
    const { body } = await keyed.server.ask({
      method: "POST",
      url: "/v1/batch",
      headers: bearer(key),
      payload,
    });
    const results = body.results as { status: number; body: { code: string; role?: string } }[];
    for (const [place, command] of COMMANDS.entries()) {
      const { status, body: problem } = results[place] ?? assert.fail();
      const isRefused = problem.code === "role-missing";
      assert.equal(isRefused, command.role !== role, command.name);
      if (isRefused) assert.deepEqual([status, problem.role], [403, command.role]);
    }
  }
});

test("what tells of all applications is not for a key that is for some", async (t) => {
  const keyed = keyedServer(t);
  const key = keyed.add("mine", ["read"], ["mine"]);
  await keyed.server.refuses({ url: "/metrics", headers: bearer(key) }, "foreign-application");
});

test("the actor of what is recorded is the name of the key", async (t) => {
  const { server, add } = keyedServer(t);
  const headers = bearer(add("ci of the lab"));
  const payload = { id: "vm", application: "probe", type: "vm", owner: "lpds" };
  await server.ask({ method: "POST", url: "/v1/resources", headers, payload });
  const { body } = await server.ask({ url: "/v1/resources/vm", headers });
  assert.deepEqual(
    (body.facts as { actor: string }[]).map(({ actor }) => actor),
    ["ci of the lab"],
  );
});

test("a method that a path does not take, and a path that is not there", async (t) => {
  const { server, add } = keyedServer(t);
  await server.refuses({ method: "DELETE", url: "/v1/resources" }, "api-key-missing");
  await server.refuses(
    { method: "DELETE", url: "/v1/resources", headers: bearer(add("a")) },
    "method-not-allowed",
  );
  await server.refuses({ url: "/v1/nothing" }, "unknown-route");
});

test("a key that is sent more often than its rate waits; others do not", async (t) => {
  const { server, add, advance } = keyedServer(t, { rate: 5 });
  const [busy, quiet] = [bearer(add("busy")), bearer(add("quiet"))];
  const request = { url: "/v1/resources", headers: busy };
  for (let count = 0; count < 5; count++) assert.equal((await server.ask(request)).status, 200);
  const { body, headers } = await server.ask(request);
  assert.deepEqual([body.code, headers["retry-after"]], ["rate-limited", "1"]);
  assert.equal((await server.ask({ ...request, headers: quiet })).status, 200);
  advance(1);
  assert.equal((await server.ask(request)).status, 200);
});

test("an address from which bad keys come is slowed; a good key from it is let in", async (t) => {
  const { server, add, advance } = keyedServer(t);
  const good = bearer(add("good"));
  const bad = { url: "/v1/resources", headers: bearer("guess") };
  for (let count = 0; count < 10; count++) await server.refuses(bad, "api-key-invalid");
  const { body, headers } = await server.ask(bad);
  assert.deepEqual([body.code, headers["retry-after"]], ["rate-limited", "6"]);
  assert.equal((await server.ask({ ...bad, headers: good })).status, 200);
  const other = await server.app.inject({ ...bad, remoteAddress: "192.0.2.7" });
  assert.equal(other.statusCode, 401);
  advance(6);
  await server.refuses(bad, "api-key-invalid");
});

test("the longer bad keys come from an address, the longer each waits for its answer; nobody else does", async (t) => {
  const { server, add, advance, waits } = keyedServer(t);
  const bad = { url: "/v1/resources", headers: bearer("guess") };
  for (let count = 0; count < 8; count++) await server.refuses(bad, "api-key-invalid");
  assert.deepEqual(waits, [100, 200, 400, 800, 1_600, 2_000, 2_000]);
  assert.equal((await server.ask({ ...bad, headers: bearer(add("good")) })).status, 200);
  assert.equal((await server.app.inject({ ...bad, remoteAddress: "192.0.2.7" })).statusCode, 401);
  assert.equal(waits.length, 7);
  advance(60);
  await server.refuses(bad, "api-key-invalid");
  assert.equal(waits.length, 7, "it has been quiet for a minute");
});

test("each command of a batch counts, and the next request waits for all of them", async (t) => {
  const { server, add, advance } = keyedServer(t, { rate: 5 });
  const headers = bearer(add("busy"));
  const commands = Array.from({ length: 20 }, () => ({
    command: "register-intent",
    application: "probe",
    type: "vm",
    owner: "me",
  }));
  const batch = { method: "POST" as const, url: "/v1/batch", headers, payload: { commands } };
  const { body } = await server.ask(batch);
  assert.ok(
    (body.results as { status: number }[]).every(({ status }) => status === 201),
    "none is refused",
  );
  const refused = await server.ask(batch);
  assert.deepEqual([refused.body.code, refused.headers["retry-after"]], ["rate-limited", "4"]);
  advance(4);
  assert.equal((await server.ask({ url: "/v1/resources", headers })).status, 200);
});

test("the old protocol takes a key as the password of Basic, and nothing else does", async (t) => {
  const { server, add } = keyedServer(t);
  const key = add("old engine", ["report"]);
  const headers = { authorization: `Basic ${Buffer.from(`drett:${key}`).toString("base64")}` };
  const payload = { cmd: "BeginAllocation", allocation_id: "a", application: "x", module: "m", timeout: 10 };
  const told = await server.app.inject({ method: "POST", url: "/drett", headers, payload });
  assert.equal(told.statusCode, 200, told.payload);
  assert.equal(told.json().error, null);
  const bound = `Basic ${Buffer.from(`:${add("bound", ["report"], ["y"])}`).toString("base64")}`;
  const foreign = { method: "POST", url: "/drett", headers: { authorization: bound } } as const;
  const refused = await server.app.inject({ ...foreign, payload });
  assert.equal(refused.statusCode, 403, "what looks at results alone must not take it for a success");
  assert.match(refused.json().error, /^foreign-application: /);
  const lost = { cmd: "AddResource", allocation_oid: "gone", resource_owner: "o", resource_type: "vm" };
  const { result } = (await server.app.inject({ ...foreign, payload: lost })).json();
  const { body } = await server.ask({ url: `/v1/resources/o${result.$oid}`, headers: bearer(add("all")) });
  assert.equal(body.application, "y", "the one that its key is for");
  await server.refuses({ url: "/v1/resources", headers }, "api-key-invalid");
  const unknown = await server.app.inject({ method: "POST", url: "/drett", payload });
  assert.equal(unknown.statusCode, 401);
  assert.equal(unknown.headers["www-authenticate"], 'Basic realm="drett"');
});
