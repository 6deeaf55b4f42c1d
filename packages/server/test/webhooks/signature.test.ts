import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { readSecret, signer } from "../../src/webhooks/signature.ts";
import { SECRET, Teller } from "./teller.ts";

/** From the tests of the reference libraries (https://github.com/standard-webhooks/standard-webhooks). */
const EXAMPLE = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  seconds: 1_614_265_330,
  payload: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

test("a message is signed as Standard Webhooks has it", () => {
  const { secret, id, seconds, payload, signature } = EXAMPLE;
  assert.equal(signer([readSecret(secret) ?? assert.fail()])(id, seconds, payload), signature);
});

for (const [what, text] of [
  ["without its prefix", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["that is too short", `whsec_${Buffer.alloc(23).toString("base64")}`],
  ["that is too long", `whsec_${Buffer.alloc(65).toString("base64")}`],
  ["that is no base64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa!!"],
  ["that is empty", ""],
] as const) {
  test(`a secret ${what} is none`, () => assert.equal(readSecret(text), undefined));
}

test("a receiver with any one of the secrets can tell that it is from drett, and that it is unchanged", async (t) => {
  const old = Buffer.from("old-old-old-old-old-old-old-old");
  const teller = await Teller.open(t, { target: { sign: signer([SECRET, old]) } });
  await teller.lose("vm-1");
  // The reference library takes what is five minutes old at the most.
  await teller.turn((Date.now() - teller.server.clock.now()) / 1_000);
  const [{ payload, headers } = assert.fail()] = teller.receiver.got;
  const sent = headers as { [name: string]: string };
  for (const secret of [SECRET, old]) {
    const webhook = new Webhook(secret.toString("base64"));
    assert.deepEqual(webhook.verify(payload, sent), JSON.parse(payload));
    assert.throws(() => webhook.verify(payload.replace("vm-1", "vm-2"), sent));
    assert.throws(() => webhook.verify(payload, { ...sent, "webhook-id": "msg_other" }));
  }
  const other = new Webhook(Buffer.from("other-other-other-other-other").toString("base64"));
  assert.throws(() => other.verify(payload, sent));
});
