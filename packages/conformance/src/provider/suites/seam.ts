import assert from "node:assert/strict";
import { answerOf, inTime } from "../answers.ts";
import type { Suite } from "../subject.ts";

export const seam = {
  "has a name": async ({ provider }) => {
    assert.match(provider.name, /\S/);
  },

  "says how what came of an intent is found, and has `find` exactly where it can": async ({ provider }) => {
    assert.ok(["named", "searched", "no"].includes(provider.findable), provider.findable);
    assert.equal(provider.find !== undefined, provider.findable !== "no");
  },

  "says whether an external id may come to mean another thing": async ({ provider }) => {
    assert.ok(["unique", "guarded", "reused"].includes(provider.identity), provider.identity);
  },

  "sees where its things are": async ({ provider, scope }) => {
    assert.deepEqual(await answerOf(provider.sees(scope, inTime())), "yes");
  },

  "does not see in a scope that it does not know": async ({ provider, newId }) => {
    assert.notEqual(await answerOf(provider.sees(`nowhere-${newId()}`, inTime())), "yes");
  },
} satisfies Suite;
