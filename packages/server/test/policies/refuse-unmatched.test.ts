import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, MemoryStore, registerIntent } from "@drett/core";
import { refuseUnmatched, unmatched } from "../../src/policies/refuse-unmatched.ts";
import { policiesOf, serving } from "./provided.ts";

/** A store that holds one resource. */
async function storeWithOne() {
  const store = new MemoryStore();
  const engine = new Engine({ store, newId: () => "a", onError: assert.ifError });
  const labels = { stage: "test" };
  const about = { application: "ci", module: "nova", type: "vm", owner: "lpds", scope: "host-1", labels };
  await engine.submit(registerIntent, about, "ci");
  await engine.close();
  return store;
}

const one = (match: string, more = "") => `policies:\n  p: {match: ${match}${more}}\n`;

for (const [match, what] of [
  ["{application: [ci, cii]}", 'application "cii"'],
  ["{module: nvoa}", 'module "nvoa"'],
  ["{owner: ldps}", 'owner "ldps"'],
  ["{type: mv}", 'type "mv"'],
  ["{labels: {stage: tset}}", "label stage=tset"],
  ["{scope: [host-1, hots-1]}", 'scope "hots-1"'],
  ["{application: probe, owner: root}", 'application "probe" and the owner "root"'],
] as const) {
  test(`a policy for ${match} is refused where no record has that, until it says that it is new`, async (t) => {
    const store = await storeWithOne();
    await assert.rejects(refuseUnmatched(await policiesOf(t, one(match)), store, []), {
      name: "ConfigRefused",
      message: `policies.yaml:2: policy p names the ${what}, which no record has: correct it, or write \`new: true\` beside its match if nothing of it has been registered yet`,
    });
    await refuseUnmatched(await policiesOf(t, one(match, ", new: true")), store, []);
  });
}

for (const match of [
  "everything",
  "{application: ci, module: nova, owner: lpds, type: vm, scope: host-1, labels: {stage: test}}",
]) {
  test(`a policy for ${match} is accepted where a record has that`, async (t) =>
    refuseUnmatched(await policiesOf(t, one(match)), await storeWithOne(), []));
}

test("a scope that a provider names needs no record", async (t) => {
  const policies = await policiesOf(t, one("{scope: [host-1, host-2]}"));
  const found = await unmatched(policies, await storeWithOne(), [
    serving("builders", ["vm"], { scopes: ["host-2"] }),
  ]);
  assert.deepEqual(found, []);
});

test("a store without any resource refuses nothing", async (t) => {
  assert.deepEqual(
    await unmatched(await policiesOf(t, one("{application: cii}")), new MemoryStore(), []),
    [],
  );
});

test("all that is unmatched is told, by policy", async (t) => {
  const policies = await policiesOf(t, "policies:\n  p: {match: {type: x}}\n  q: {match: {type: [y, vm]}}\n");
  const found = await unmatched(policies, await storeWithOne(), []);
  assert.deepEqual(
    found.map(({ policy, what }) => [policy.name, what]),
    [
      ["p", 'type "x"'],
      ["q", 'type "y"'],
    ],
  );
});
