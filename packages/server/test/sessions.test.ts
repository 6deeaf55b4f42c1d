import assert from "node:assert/strict";
import { test } from "node:test";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { intent, testServer } from "./support/test-server.ts";

const ENGINE = {
  id: "engine",
  application: "probe",
  module: "nova",
  ttlSeconds: 60,
  host: "node-7",
  pid: 4711,
};
const SECOND = 1_000;

test("a session is opened, heard, shown and closed", async (t) => {
  const server = testServer(t);
  const created = await server.tell("open-session", ENGINE);
  assert.equal(created.headers.location, "/v1/sessions/engine");
  server.clock.advance(5);
  await server.tell("heartbeat", { id: "engine" });
  const { body } = await server.look("get-session", { id: "engine" });
  assert.equal(body.state, "open");
  assert.equal(body.host, "node-7");
  assert.equal(body.heard, "2026-11-23T09:30:05.000Z");
  await server.tell("register-intent", { id: "vm", ...intent, session: "engine" });
  const resources = (await server.look("list-resources", { session: "engine" })).body.items;
  assert.deepEqual(
    (resources as { id: string }[]).map(({ id }) => id),
    ["vm"],
  );
  await server.tell("close-session", { id: "engine" });
  const closed = (await server.look("list-sessions", { state: "closed" })).body.items;
  assert.deepEqual(
    (closed as { id: string }[]).map(({ id }) => id),
    ["engine"],
  );
});

test("a session that is not known, or was closed, is not heard", async (t) => {
  const server = testServer(t);
  await server.refuses({ method: "POST", url: "/v1/sessions/engine/heartbeat" }, "unknown-session");
  assert.equal((await server.look("get-session", { id: "engine" })).status, 404);
  await server.tell("open-session", ENGINE);
  await server.tell("close-session", { id: "engine" });
  await server.refuses({ method: "POST", url: "/v1/sessions/engine/heartbeat" }, "session-closed");
});

test("a process that serves one request refuses sessions, and takes all else", async (t) => {
  const server = testServer(t, { engine: { sessions: false } });
  await server.refuses({ method: "POST", url: "/v1/sessions", payload: ENGINE }, "no-sessions");
  await server.refuses({ method: "POST", url: "/v1/sessions/engine/heartbeat" }, "no-sessions");
  assert.equal(
    (await server.tell("register-intent", { id: "vm", ...intent, session: "engine" })).status,
    201,
  );
  const opening = { id: "vm-2", ...intent, session: "engine", opens: { ttlSeconds: 60 } };
  assert.equal((await server.tell("register-intent", opening)).status, 201);
  assert.equal((await server.look("get-session", { id: "engine" })).status, 404);
});

test("a server that was stopped for longer than the TTL lapses nobody who beats again, and finds who is silent", async (t) => {
  const directory = temporaryDirectory(t);
  const server = await ChildServer.start(t, { directory, env: { DRETT_SWEEP: "1s" } });
  for (const id of ["alive", "dead"]) {
    const opened = await server.send("POST", "/v1/sessions", { ...ENGINE, id, ttlSeconds: 5 });
    assert.equal(opened.status, 201);
  }
  process.kill(server.pid, "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 6 * SECOND));
  process.kill(server.pid, "SIGCONT");
  const stateOf = async (id: string): Promise<string> =>
    (JSON.parse((await server.send("GET", `/v1/sessions/${id}`)).text) as { state: string }).state;
  const until = Date.now() + 30 * SECOND;
  while ((await stateOf("dead")) !== "lapsed") {
    assert.ok(Date.now() < until, "the silent one has not lapsed");
    await server.send("POST", "/v1/sessions/alive/heartbeat");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { facts } = JSON.parse((await server.send("GET", "/v1/sessions/alive")).text) as {
    facts: { kind: string }[];
  };
  assert.deepEqual(
    facts.map(({ kind }) => kind),
    ["opened"],
  );
});
