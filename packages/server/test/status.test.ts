import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { type Change, MemoryStore, type Query, StoreUnavailable } from "@drett/core";
import { readConfig } from "../src/config/read-config.ts";
import { type RunningServer, startServer } from "../src/server.ts";
import { temporaryDirectory } from "./support/child-server.ts";
import { checkAnswer } from "./support/contract.ts";
import { type Line, loggingInto } from "./support/logs.ts";
import { intent } from "./support/test-server.ts";

/** Fails as it is told to. */
class FailingStore extends MemoryStore {
  failing: "commit" | "query" | undefined;
  error: Error = new StoreUnavailable("the cable is out", "Put the cable in.");

  override commit(changes: readonly Change[]) {
    return this.failing === "commit" ? Promise.reject(this.error) : super.commit(changes);
  }

  override query(query: Query) {
    return this.failing === "query" ? Promise.reject(this.error) : super.query(query);
  }
}

interface Running {
  readonly store: FailingStore;
  readonly server: RunningServer;
  readonly logs: Line[];
  get(path: string): Promise<{ status: number; type: string; text: string }>;
  register(id: string): Promise<{ status: number; code: unknown }>;
}

async function running(t: TestContext): Promise<Running> {
  const store = new FailingStore();
  const logs: Line[] = [];
  const config = await readConfig(temporaryDirectory(t), { DRETT_PORT: "0", DRETT_SWEEP: "1h" });
  const server = await startServer({ ...config, openStore: () => Promise.resolve(store) }, loggingInto(logs));
  t.after(() => server.stop());
  const ask = async (method: string, path: string, body?: object) => {
    const init = body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await fetch(server.url + path, { method, ...init });
    const headers = Object.fromEntries(response.headers);
    const answer = { status: response.status, headers, text: await response.text() };
    return { ...answer, body: checkAnswer(method, path, answer), type: headers["content-type"] ?? "" };
  };
  return {
    store,
    server,
    logs,
    get: (path) => ask("GET", path),
    async register(id) {
      const { status, body } = await ask("POST", "/v1/resources", { id, ...intent });
      return { status, code: body.code };
    },
  };
}

test("healthz says that the process lives, which version it is, and that it is open to all", async (t) => {
  const { get, store } = await running(t);
  store.failing = "query";
  const { status, text } = await get("/healthz");
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), {
    status: "ok",
    version,
    access: "open: whoever reaches this port may use it",
  });
});

test("readyz is red while the store cannot be read, and green after", async (t) => {
  const { get, store, logs } = await running(t);
  assert.equal((await get("/readyz")).status, 200);
  store.failing = "query";
  const { status, text } = await get("/readyz");
  assert.equal(status, 503);
  assert.doesNotMatch(text, /the cable/, "whoever asks has no key, and need not know what lies behind");
  assert.ok(logs.some(({ msg }) => msg === "the store does not answer: the cable is out"));
  store.failing = undefined;
  assert.equal((await get("/readyz")).status, 200);
});

test("readyz is red from a write that failed until one gets through", async (t) => {
  const { get, register, store } = await running(t);
  store.failing = "commit";
  assert.deepEqual(await register("vm"), { status: 503, code: "store-unavailable" });
  assert.equal((await get("/readyz")).status, 503);
  store.failing = undefined;
  assert.equal((await register("vm")).status, 201);
  assert.equal((await get("/readyz")).status, 200);
});

test("trouble of the store is logged once with its remedy, however many run into it, and its end is logged", async (t) => {
  const { register, store, logs } = await running(t);
  store.failing = "commit";
  for (let count = 0; count < 20; count++) await register(`vm-${count}`);
  store.failing = undefined;
  await register("vm");
  assert.deepEqual(
    logs
      .filter(({ logger }) => logger === "drett.store")
      .map(({ level, msg, remedy }) => [level, msg, remedy]),
    [
      ["error", "the store does not answer: the cable is out", "Put the cable in."],
      ["info", "the store answers again", undefined],
    ],
  );
});

test("a mistake within is a 500 that names its request, and is logged as a mistake", async (t) => {
  const { get, register, store, logs } = await running(t);
  store.error = new Error("off by one");
  store.failing = "commit";
  assert.deepEqual(await register("vm"), { status: 500, code: "internal-error" });
  store.failing = "query";
  const { status, text } = await get("/v1/resources");
  assert.equal(status, 500);
  assert.match(text, /"code":"internal-error".*"requestId":"[^"]+"/);
  assert.doesNotMatch(text, /off by one/, "what is inside stays inside");
  assert.deepEqual(
    logs.filter(({ logger }) => logger === "drett").map(({ msg }) => msg),
    ["drett made a mistake: off by one"],
  );
});

test("metrics count the commands, the facts, the flushes, and the store's time by operation and outcome", async (t) => {
  const { get, register, store } = await running(t);
  await register("vm");
  await register("vm");
  store.failing = "commit";
  await register("vm-2");
  const { status, type, text } = await get("/metrics");
  assert.deepEqual([status, type], [200, "text/plain; version=0.0.4; charset=utf-8"]);
  assert.match(text, /^drett_commands_total 2$/m);
  assert.match(text, /^drett_facts_total 1$/m);
  assert.match(text, /^drett_flush_commands_count 2$/m);
  assert.match(text, /^drett_store_seconds_count\{operation="commit",outcome="ok"\} 1$/m);
  assert.match(text, /^drett_store_seconds_count\{operation="commit",outcome="failed"\} 1$/m);
  assert.match(text, /^drett_last_sweep_timestamp_seconds \d/m);
});

test("metrics are served where the store does not answer, say so, and tell nothing that is no longer known", async (t) => {
  const { get, store } = await running(t);
  store.failing = "query";
  const { status, text } = await get("/metrics");
  assert.equal(status, 200);
  assert.match(text, /^drett_store_answers 0$/m);
  assert.doesNotMatch(text, /^drett_findings\{/m);
});

test("openapi.json is the document that was generated", async (t) => {
  const { get } = await running(t);
  const { type, text } = await get("/openapi.json");
  assert.equal(type, "application/json; charset=utf-8");
  assert.equal(text, readFileSync(new URL("../openapi.json", import.meta.url), "utf8"));
});

test("the sweep of a running server finds what has become due, and is counted", async (t) => {
  const store = new MemoryStore();
  const config = await readConfig(temporaryDirectory(t), { DRETT_PORT: "0", DRETT_SWEEP: "1s" });
  const swept = Promise.withResolvers<void>();
  const commit = store.commit.bind(store);
  store.commit = async (changes) => {
    const outcomes = await commit(changes);
    if (changes.some(({ columns }) => columns.finding !== null)) swept.resolve();
    return outcomes;
  };
  const server = await startServer({ ...config, openStore: () => Promise.resolve(store) }, loggingInto([]));
  t.after(() => server.stop());
  const body = JSON.stringify({ id: "vm", ...intent, timeoutSeconds: 1 });
  await fetch(`${server.url}/v1/resources`, {
    method: "POST",
    body,
    headers: { "content-type": "application/json" },
  });
  await swept.promise;
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /^drett_findings\{kind="overdue-intent"\} 1$/m);
  assert.match(metrics, /^drett_findings\{kind="zombie"\} 0$/m);
  assert.match(metrics, /^drett_finding_oldest_age_seconds\{kind="overdue-intent"\} \d/m);
  assert.match(metrics, /^drett_due_to_look_seconds_count [1-9]/m);
  assert.match(metrics, /^drett_sweep_lag_seconds \d/m);
  assert.match(metrics, /^drett_store_answers 1$/m);
  const findings = (await (await fetch(`${server.url}/v1/findings`)).json()) as { items: { kind: string }[] };
  assert.deepEqual(
    findings.items.map(({ kind }) => kind),
    ["overdue-intent"],
  );
});
