import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inspect } from "node:util";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { loadWebhooks } from "../../src/config/webhooks.ts";
import { readSecret, signer } from "../../src/webhooks/signature.ts";
import { directoryWith, type Files } from "../config/configured.ts";

const ONE = `whsec_${Buffer.from("one-one-one-one-one-one-one-one").toString("base64")}`;
const TWO = `whsec_${Buffer.from("two-two-two-two-two-two-two-two").toString("base64")}`;

async function targetsOf(t: TestContext, webhooks: string, env: NodeJS.ProcessEnv = {}, more: Files = {}) {
  const files = { "config.yaml": "webhooks: webhooks.yaml\n", "webhooks.yaml": webhooks, ...more };
  return loadWebhooks(await readConfig(directoryWith(t, files), {}), env);
}

const signed = (...secrets: readonly string[]) =>
  signer(secrets.map((secret) => readSecret(secret) ?? assert.fail(secret)))("msg_1", 1, "{}");

test("without a file nobody is told", async (t) => {
  assert.deepEqual(loadWebhooks(await readConfig(directoryWith(t, {}), {})), []);
});

test("a target is read with all that can be said of it, or with little", async (t) => {
  const [much, little] = await targetsOf(
    t,
    `team-chat:
  url: http://10.0.0.7:8080/drett?channel=ops
  secret: [${ONE}, ${TWO}]
  kinds: [zombie, over-ttl]
  applications: [ci, farm]
  every: 5m
  private: true
little: {url: "https://hooks.example.org/drett", secret: ${TWO}}
`,
  );
  const { sign, ...rest } = much ?? assert.fail();
  assert.deepEqual(rest, {
    name: "team-chat",
    url: new URL("http://10.0.0.7:8080/drett?channel=ops"),
    kinds: new Set(["zombie", "over-ttl"]),
    applications: new Set(["ci", "farm"]),
    everyMs: 300_000,
    isPrivate: true,
  });
  assert.equal(sign("msg_1", 1, "{}"), signed(ONE, TWO));
  const { sign: signLittle, ...plain } = little ?? assert.fail();
  assert.deepEqual(plain, {
    name: "little",
    url: new URL("https://hooks.example.org/drett"),
    everyMs: 60_000,
    isPrivate: false,
  });
  assert.equal(signLittle("msg_1", 1, "{}"), signed(TWO));
});

test("secrets may stand in a file of their own, or in the environment", async (t) => {
  const [inFile, inVariable] = await targetsOf(
    t,
    `a: {url: "https://a.example.org", secret_file: hook.secret}
b: {url: "https://b.example.org", secret_variable: HOOK}
`,
    { HOOK: `${TWO} ${ONE}` },
    { "hook.secret": `${ONE}\n${TWO}\n` },
  );
  assert.equal(inFile?.sign("msg_1", 1, "{}"), signed(ONE, TWO));
  assert.equal(inVariable?.sign("msg_1", 1, "{}"), signed(TWO, ONE));
});

test("nothing that shows a target shows its secrets", async (t) => {
  const targets = await targetsOf(t, `a: {url: "https://a.example.org", secret: ${ONE}}\n`);
  const shown = `${inspect(targets, { depth: null, showHidden: true })} ${JSON.stringify(targets)}`;
  assert.doesNotMatch(shown, /whsec|one-one/);
  assert.ok(!shown.includes(ONE.slice(6)));
});

const url = 'url: "https://hooks.example.org/drett"';
for (const [what, webhooks, says] of [
  ["that is no mapping", "- a\n", /the file must be a mapping/],
  [
    "with a name that is none",
    `Team Chat: {${url}, secret: ${ONE}}\n`,
    /Team Chat must be named with 1 to 40/,
  ],
  ["without a URL", `a: {secret: ${ONE}}\n`, /webhooks\.yaml:1: a has no `url`/],
  ["with a URL that is none", `a:\n  url: hooks\n  secret: ${ONE}\n`, /:2: a\.url must be a URL such as/],
  [
    "of another protocol",
    `a: {url: "ftp://a.example.org", secret: ${ONE}}\n`,
    /a\.url must be a URL such as/,
  ],
  ["without TLS", `a: {url: "http://a.example.org", secret: ${ONE}}\n`, /must be https; `private: true`/],
  [
    "at an address that is not public",
    `a: {url: "https://0x7f.1", secret: ${ONE}}\n`,
    /is at 127\.0\.0\.1, which/,
  ],
  [
    "with a password",
    `a: {url: "https://me:pass-word@a.example.org", secret: ${ONE}}\n`,
    /no user and no password/,
  ],
  ["without a secret", `a: {${url}}\n`, /a has no secret: give one of secret, secret_file, secret_variable/],
  [
    "with two sources of secrets",
    `a: {${url}, secret: ${ONE}, secret_variable: X}\n`,
    /one too many beside secret/,
  ],
  [
    "with a secret that is none",
    `a: {${url}, secret: c2VjcmV0}\n`,
    /a\.secret must give `whsec_` and 24 to 64/,
  ],
  [
    "with one bad secret of two",
    `a: {${url}, secret: [${ONE}, whsec_c2VjcmV0]}\n`,
    /of several, each of them/,
  ],
  ["with an empty list of secrets", `a: {${url}, secret: []}\n`, /a\.secret must give/],
  [
    "with a secret file that is not there",
    `a: {${url}, secret_file: none}\n`,
    /a\.secret_file cannot be read: ENOENT/,
  ],
  [
    "with a variable that is not there",
    `a: {${url}, secret_variable: NONE}\n`,
    /is NONE, and there is no such/,
  ],
  ["with a kind that is none", `a: {${url}, secret: ${ONE}, kinds: [zombi]}\n`, /did you mean "zombie"\?/],
  ["of no kinds", `a: {${url}, secret: ${ONE}, kinds: []}\n`, /a\.kinds names none: leave it out for all/],
  ["of no applications", `a: {${url}, secret: ${ONE}, applications: []}\n`, /a\.applications names none/],
  [
    "with an application that is no text",
    `a: {${url}, secret: ${ONE}, applications: [1]}\n`,
    /must be text, or/,
  ],
  ["that is told at each moment", `a: {${url}, secret: ${ONE}, every: 0s}\n`, /a\.every must be a duration/],
  [
    "that is private in part",
    `a: {${url}, secret: ${ONE}, private: partly}\n`,
    /a\.private must be true or false/,
  ],
  [
    "with a typo",
    `a: {${url}, secret: ${ONE}, kind: [zombie]}\n`,
    /a\.kind is not a setting here; did you mean "kinds"/,
  ],
] as const) {
  test(`a target ${what} stops the start, and it is said where, but no secret`, async (t) => {
    const error = await targetsOf(t, webhooks).then(
      () => assert.fail("it was read"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof ConfigRefused, String(error));
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, /whsec_\w|pass-word|c2VjcmV0/);
  });
}

test("a file that is not there is asked for by its setting", async (t) => {
  const directory = directoryWith(t, {});
  writeFileSync(join(directory, "config.yaml"), "port: 0\nwebhooks: none.yaml\n");
  const config = await readConfig(directory, {});
  assert.throws(() => loadWebhooks(config), /config\.yaml:2: there is no file .*none\.yaml/);
});
