import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS } from "@drett/core";
import { intent, testServer } from "../support/test-server.ts";

/** As it is read from a file, with what is noted beside it. */
const written = {
  name: "ci",
  match: { application: ["probe", "secret"] },
  mode: "auto",
  settlesNeverCreated: true,
  graceSeconds: 600,
  attempts: {
    most: 3,
    limitSeconds: 60,
    firstPauseSeconds: 20,
    longestPauseSeconds: 60,
    stuckPauseSeconds: 86_400,
  },
  budget: { count: 5, percent: 10, windowSeconds: 600 },
  startFreezeSeconds: 0,
  settleSeconds: 30,
  where: "policies.yaml:3",
  isNew: true,
} as const;
const served = {
  name: "cloud",
  types: ["vm"],
  findable: "searched",
  identity: "unique",
  looks: true,
} as const;

test("what is told of a policy is what it says, and of a resource's own not even what else it is for", async (t) => {
  const defaults = { ...DEFAULTS, reclaim: { policies: [written], served: [served] } };
  const server = testServer(t, { engine: { defaults } });
  const { where, isNew, ...policy } = written;
  const { body } = await server.look("list-policies");
  assert.deepEqual(body.items, [policy]);

  await server.tell("register-intent", { id: "vm", ...intent });
  await server.tell("report-allocated", { id: "vm", externalId: "i-1" });
  const { match, ...own } = policy;
  const told = (await server.look("get-policy", { id: "vm" })).body;
  assert.deepEqual([told.policy, told.provider, told.frees], [own, "cloud", false]);
  assert.doesNotMatch(JSON.stringify(told), /secret|policies\.yaml/);
});
