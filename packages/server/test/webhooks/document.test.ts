import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readConfig } from "../../src/config/read-config.ts";
import { loadWebhooks } from "../../src/config/webhooks.ts";
import { directoryWith } from "../config/configured.ts";
import { intent } from "../support/test-server.ts";
import { SECRET, Teller } from "./teller.ts";

const text = readFileSync(new URL("../../../../docs/webhooks.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);

test("docs/webhooks.md shows a configuration that can be used", async (t) => {
  const [main = "", targets = ""] = blocks("yaml");
  const env = { HOOK_SECRET: `whsec_${SECRET.toString("base64")}` };
  const directory = directoryWith(t, {
    "config.yaml": main,
    "webhooks.yaml": targets,
    "chat.secret": env.HOOK_SECRET,
  });
  const [everything, chat] = loadWebhooks(await readConfig(directory, {}), env);
  assert.deepEqual(
    [everything?.name, everything?.everyMs, everything?.isPrivate],
    ["everything", 60_000, false],
  );
  assert.deepEqual([chat?.name, chat?.everyMs, chat?.isPrivate], ["chat", 300_000, true]);
});

test("docs/webhooks.md shows a message that is sent so", async (t) => {
  const [example = ""] = blocks("json");
  const teller = await Teller.open(t);
  const price = { amount: 0.5, currency: "EUR", per: "hour" };
  await teller.tell("register-intent", { id: "vm-1", ...intent, ttlSeconds: 1_800, price });
  await teller.tell("report-allocated", { id: "vm-1", externalId: "i-1" });
  await teller.tell("register-intent", { id: "vm-2", ...intent });
  await teller.tell("report-unknown", { id: "vm-2", reason: "the reply did not come" });
  await teller.passes(3_600);
  await teller.turn();
  assert.deepEqual(JSON.parse(teller.receiver.got[0]?.payload ?? ""), JSON.parse(example));
});

test("docs/webhooks.md verifies a message, and no other", async (t) => {
  const [code = ""] = blocks("js");
  const { isFromDrett } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
    isFromDrett(headers: object, body: string, secret: string, now: number): boolean;
  };
  const teller = await Teller.open(t);
  await teller.lose("vm-1");
  await teller.turn();
  const [{ headers, payload } = assert.fail()] = teller.receiver.got;
  const secret = `whsec_${SECRET.toString("base64")}`;
  const now = teller.server.clock.now();
  assert.ok(isFromDrett(headers, payload, secret, now));
  assert.ok(isFromDrett(headers, payload, secret, now + 290_000));
  assert.ok(!isFromDrett(headers, payload, secret, now + 310_000));
  assert.ok(!isFromDrett(headers, payload.replace("vm-1", "vm-2"), secret, now));
  assert.ok(!isFromDrett(headers, payload, `whsec_${Buffer.alloc(32).toString("base64")}`, now));
  const { "webhook-signature": _, ...unsigned } = headers;
  assert.ok(!isFromDrett(unsigned, payload, secret, now));
  assert.ok(!isFromDrett({ ...unsigned, "webhook-signature": "v1, v1,AAAA" }, payload, secret, now));
});

test("docs/webhooks.md names every outcome", () => {
  const outcomes = ["delivered", "failed", "redirected", "refused", "gone"];
  const rows = [...text.matchAll(/^\| `([a-z]+)` \| it /gm)].map(([, outcome]) => outcome);
  assert.deepEqual(rows, outcomes);
});
