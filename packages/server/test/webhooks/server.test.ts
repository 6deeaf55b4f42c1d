import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { readConfig } from "../../src/config/read-config.ts";
import { showConfig } from "../../src/config/show-config.ts";
import { startServer } from "../../src/server.ts";
import { directoryWith } from "../config/configured.ts";
import { type Line, loggingInto } from "../support/logs.ts";
import { Receiver } from "./receiver.ts";

const SECRET = `whsec_${Buffer.from("a-secret-of-thirty-two-bytes-00!").toString("base64")}`;

async function until<Value>(what: string, read: () => Promise<Value | undefined>): Promise<Value> {
  for (let tries = 0; tries < 600; tries++) {
    const value = await read();
    if (value !== undefined) return value;
    await setTimeout(50);
  }
  return assert.fail(`${what}: not within half a minute`);
}

test("a server tells a target, lists what it told, counts it, and shows no secret", async (t) => {
  const receiver = await Receiver.open(t);
  receiver.answer = (response, got) => void response.writeHead(got === receiver.got[0] ? 503 : 204).end();
  const directory = directoryWith(t, {
    "config.yaml": "webhooks: webhooks.yaml\nsweep: 1s\n",
    "webhooks.yaml": `team: {url: "${receiver.url}?token=query-secret", secret: ${SECRET}, private: true}\n`,
  });
  const config = await readConfig(directory, { DRETT_PORT: "0" });
  const lines: Line[] = [];
  const server = await startServer(config, loggingInto(lines, "trace"));
  t.after(() => server.stop());
  const ask = async (path: string, body?: object) => {
    const posted = body && { method: "POST", body: JSON.stringify(body) };
    const headers = { "content-type": "application/json" };
    return (await fetch(server.url + path, { ...posted, headers })).text();
  };
  await ask("/v1/resources", { application: "probe", type: "vm", owner: "lpds", timeoutSeconds: 0 });
  const deliveries = await until("the message is delivered", async () => {
    const { items } = JSON.parse(await ask("/v1/webhooks")) as {
      items: { deliveries: { outcome?: string; attempts: number; findings: number; status: number }[] }[];
    };
    return items[0]?.deliveries.some(({ outcome }) => outcome === "delivered")
      ? items[0].deliveries
      : undefined;
  });
  assert.deepEqual(
    deliveries.map(({ attempts, findings, status }) => ({ attempts, findings, status })),
    [{ attempts: 2, findings: 1, status: 204 }],
  );
  assert.equal(receiver.got.length, 2);
  assert.equal(receiver.got[0]?.path, "/hook/path-secret?token=query-secret");
  const metrics = await ask("/metrics");
  assert.match(metrics, /^drett_webhook_deliveries_total\{target="team",outcome="failed"\} 1$/m);
  assert.match(metrics, /^drett_webhook_deliveries_total\{target="team",outcome="delivered"\} 1$/m);
  const said = lines
    .filter(({ logger }) => logger === "drett.webhooks")
    .map(({ level, msg }) => `${level} ${msg}`);
  assert.deepEqual(said, ["warn not delivered to team: it cannot take it now", "info delivered"]);
  const shown = [JSON.stringify(lines), metrics, await ask("/v1/webhooks"), showConfig(config.shown)].join(
    "\n",
  );
  assert.doesNotMatch(shown, /whsec|query-secret|path-secret/);
  assert.ok(!shown.includes(SECRET.slice(6)));
});

test("a server that stops does not wait for a target that does not answer", async (t) => {
  const receiver = await Receiver.open(t);
  const arrived = Promise.withResolvers<AbortSignal>();
  receiver.answer = (response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    arrived.resolve(gone.signal);
  };
  const directory = directoryWith(t, {
    "config.yaml": "webhooks: webhooks.yaml\nsweep: 1s\n",
    "webhooks.yaml": `team: {url: "${receiver.url}", secret: ${SECRET}, private: true}\n`,
  });
  const config = await readConfig(directory, { DRETT_PORT: "0" });
  const lines: Line[] = [];
  const server = await startServer(config, loggingInto(lines));
  const body = JSON.stringify({ application: "probe", type: "vm", owner: "lpds", timeoutSeconds: 0 });
  const headers = { "content-type": "application/json" };
  await fetch(`${server.url}/v1/resources`, { method: "POST", body, headers });
  const gone = await arrived.promise;
  await server.stop();
  if (!gone.aborted) await once(gone, "abort");
  assert.ok(lines.some(({ msg }) => msg.endsWith("the server was stopped")));
});
