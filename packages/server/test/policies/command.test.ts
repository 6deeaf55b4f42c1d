import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { Engine, registerIntent } from "@drett/core";
import { readConfig } from "../../src/config/read-config.ts";
import { directoryWith } from "../config/configured.ts";
import { BIN } from "../support/child-server.ts";
import { BUDGET, PLUGIN } from "./provided.ts";

const CONFIG = { "config.yaml": "policies: policies.yaml\nproviders: providers.yaml\n", "made.mjs": PLUGIN };
const providers = (identity: string) =>
  `providers: {builders: {use: ./made.mjs, types: [vm, disk], scopes: host-1, settings: {identity: ${identity}}}}\n`;
const POLICIES = `policies:
  production: {match: {application: [shop, till], owner: ops}, new: true}
  leftovers:
    match: {type: vm, labels: {stage: test}}
    mode: auto
    grace: 0s
    never_created: settle
    ${BUDGET}
`;

function directoryOf(t: TestContext, files: { readonly [name: string]: string } = {}): string {
  return directoryWith(t, {
    ...CONFIG,
    "providers.yaml": providers("unique"),
    "policies.yaml": POLICIES,
    ...files,
  });
}

function check(directory: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [BIN, "policy", "check", ...args, directory],
    { encoding: "utf8", env: {} },
  );
  const short = (text: string) => text.replaceAll(`${directory}/`, "").replaceAll(directory, "DIR");
  return { status, out: short(stdout), err: short(stderr) };
}

const SAID = `1. production (policies.yaml:2)
   matches        application shop or till; owner ops (may be new)
   mode           observe: nothing is freed; what is due is only found
   when           15m after it became due, and not within 5m of a server's start
   at most        none: the budget is zero
   attempts       50 of up to 5m each, with pauses from 20s to 30m; then stuck, and tried every 1d
   gone           once two looks say so, 30s apart
   never created  proposed to a person
   freed by       builders (made): vm, disk in host-1; \`auto\` is possible, for its external ids are unique; intents cannot be found

2. leftovers (policies.yaml:3)
   matches        type vm; label stage=test
   mode           auto: what is due is freed without asking
   when           as soon as it became due, and not within 5m of a server's start
   at most        20 resources in 10m, and not more than 10 % of what it matches and lived in that time
   attempts       50 of up to 5m each, with pauses from 20s to 30m; then stuck, and tried every 1d
   gone           once two looks say so, 30s apart
   never created  settled without a person
   freed by       builders (made): vm in host-1; \`auto\` is possible, for its external ids are unique; intents cannot be found

The first that matches applies. What none of them matches is freed only where a person orders it.
`;

test("`policy check` says of each policy in plain words what it comes to", (t) => {
  const directory = directoryOf(t);
  const { status, out, err } = check(directory, "--no-store");
  assert.deepEqual([status, out], [0, SAID]);
  assert.equal(
    err,
    "drett-server: provider builders: opened with 10 in DIR\ndrett-server: provider builders: closed\n",
  );
});

test("of a policy that asks it says that the budget bounds nobody's approval", (t) => {
  const asks = `policies: {p: {match: {type: vm}, mode: ask, ${BUDGET}}}\n`;
  const { out } = check(directoryOf(t, { "policies.yaml": asks }), "--no-store");
  assert.match(out, /^ {3}at most {8}what a person approves: one, then five, then fifty at a time$/m);
});

test("without any policy it says that nothing is freed", (t) => {
  assert.equal(
    check(directoryWith(t, {})).out,
    "There is no policy: nothing is freed but what a person orders.\n",
  );
});

const REFUSED: readonly (readonly [
  what: string,
  files: { readonly [name: string]: string },
  err: RegExp,
  out: RegExp,
])[] = [
  [
    "a policy that cannot be read",
    { "policies.yaml": "policies: {p: {mtach: everything}}\n" },
    /^drett-server: policies\.yaml:1: policies\.p\.mtach is not a setting; did you mean match\?$/m,
    /^$/,
  ],
  [
    "a provider that cannot be read",
    { "providers.yaml": "providers: {p: {use: ./made.mjs}}\n" },
    /^drett-server: providers\.yaml:1: providers\.p has no types/m,
    /^$/,
  ],
  [
    "a provider that does not open",
    { "providers.yaml": providers("unique, fails: opening") },
    /provider builders: grace cannot be used$/m,
    /^$/,
  ],
  [
    "auto where identities are reused",
    { "providers.yaml": providers("reused") },
    /^drett-server: policies\.yaml:3: policy leftovers cannot be auto/m,
    /`auto` is refused, for its external ids may be reused/,
  ],
  [
    "nobody who frees",
    { "providers.yaml": "" },
    /policy leftovers is to free, and nobody is there to do it/,
    /freed by       nobody/,
  ],
  [
    "a store that is not there",
    {},
    /there is no store in DIR[^]*Or check the files alone: --no-store$/m,
    /1\. production/,
  ],
];
for (const [what, files, err, out] of REFUSED) {
  test(`with ${what} it ends with 1 and says why`, (t) => {
    const result = check(directoryOf(t, files));
    assert.equal(result.status, 1);
    assert.match(result.err, err);
    assert.match(result.out, out);
  });
}

test("it looks into the store for what the policies name", async (t) => {
  const directory = directoryOf(t);
  const { openStore } = await readConfig(directory, {});
  const store = await openStore({ role: "server", warn: assert.fail });
  t.after(() => store.close());
  const empty = check(directory);
  assert.equal(empty.status, 0, empty.err);
  const engine = new Engine({ store, newId: () => "a", onError: assert.ifError });
  await engine.submit(registerIntent, { application: "ci", type: "vm", owner: "lpds" }, "ci");
  await engine.close();
  const { status, err } = check(directory);
  assert.equal(status, 1);
  assert.match(err, /policies\.yaml:3: policy leftovers names the label stage=test, which no record has/);
});

test("`config --check` reads both files, and opens nothing", (t) => {
  const run = (files: { readonly [name: string]: string }) => {
    const args = [BIN, "config", "--check", directoryOf(t, files)];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", env: {} });
    return { status, stderr };
  };
  assert.deepEqual(run({}), { status: 0, stderr: "" });
  assert.match(
    run({ "policies.yaml": "policies: {p: {}}\n" }).stderr,
    /policies\.yaml:1: policies\.p has no match/,
  );
  assert.match(
    run({ "providers.yaml": "providers: {p: {}}\n" }).stderr,
    /providers\.yaml:1: providers\.p has no use/,
  );
});
