import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { MemoryStore, StoreUnavailable } from "@drett/core";
import { loadQuotas } from "../src/config/quotas.ts";
import { readConfig } from "../src/config/read-config.ts";
import { startServer } from "../src/server.ts";
import { directoryWith } from "./config/configured.ts";

const configured = (t: TestContext, quotas: string) =>
  readConfig(directoryWith(t, { "config.yaml": "quotas: quotas.yaml\n", "quotas.yaml": quotas }), {
    DRETT_PORT: "0",
    DRETT_LOG_LEVEL: "silent",
  });

test("quotas are read from the file that the configuration names", async (t) => {
  const config = await configured(t, 'ci: {live: 2, cost_per_hour: {EUR: 1.5}}\n"*": {live: 0}\n');
  assert.deepEqual(loadQuotas(config), {
    ci: { live: 2, costPerHour: { EUR: 1.5 } },
    "*": { live: 0 },
  });
});

for (const [what, quotas, says] of [
  [
    "a key that nobody knows",
    "ci:\n  lives: 2\n",
    /quotas\.yaml:2: ci\.lives is not a setting here; did you mean "live"\?/,
  ],
  ["no limit at all", "ci: {}\n", /quotas\.yaml:1: ci has no limit/],
  ["a limit that is no number", "ci: {live: many}\n", /ci\.live must be a number, zero or more/],
  ["a limit below zero", "ci: {live: -1}\n", /ci\.live must be a number, zero or more/],
  ["a currency that is none", "ci: {cost_per_hour: {euro: 1}}\n", /must be a currency such as EUR/],
] as const) {
  test(`quotas with ${what} stop the start, and it is said where`, async (t) => {
    const config = await configured(t, quotas);
    assert.throws(() => loadQuotas(config), says);
    await assert.rejects(startServer(config), says);
  });
}

test("an intent over the quota is a 429 that says what to do; in a batch it spoils no other", async (t) => {
  const server = await startServer(await configured(t, "ci: {live: 1}\n"));
  t.after(() => server.stop());
  const post = async (path: string, body: object) => {
    const response = await fetch(server.url + path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const vm = { application: "ci", type: "vm", owner: "lpds" };
  assert.equal((await post("/v1/resources", { ...vm, id: "a" })).status, 201);
  const refused = await post("/v1/resources", { ...vm, id: "b" });
  assert.equal(refused.status, 429);
  assert.equal(refused.body.code, "quota-reached");
  assert.match(String(refused.body.detail), /ci has 1 live resources and may have 1/);
  const { body } = await post("/v1/batch", {
    commands: [
      { command: "register-intent", ...vm, id: "c" },
      { command: "register-intent", ...vm, application: "other", id: "d" },
    ],
  });
  const items = body.results as { status: number }[];
  assert.deepEqual(
    items.map(({ status }) => status),
    [429, 201],
  );
});

test("a server counts what is live in its store before it listens", async (t) => {
  const store = new MemoryStore();
  store.close = () => Promise.resolve();
  const register = async (id: string) => {
    const config = await configured(t, "ci: {live: 1}\n");
    const server = await startServer({ ...config, openStore: () => Promise.resolve(store) });
    const body = JSON.stringify({ application: "ci", type: "vm", owner: "lpds", id });
    const headers = { "content-type": "application/json" };
    const { status } = await fetch(`${server.url}/v1/resources`, { method: "POST", body, headers });
    await server.stop();
    return status;
  };
  assert.deepEqual([await register("a"), await register("b"), await register("a")], [201, 429, 200]);
});

test("a server whose store cannot be counted does not start, and leaves the store closed", async (t) => {
  const store = new MemoryStore();
  let isClosed = false;
  store.query = () => Promise.reject(new StoreUnavailable("out", "Put it in."));
  store.close = async () => {
    isClosed = true;
  };
  const config = await configured(t, "ci: {live: 1}\n");
  await assert.rejects(startServer({ ...config, openStore: () => Promise.resolve(store) }), /out/);
  assert.ok(isClosed);
});
