import assert from "node:assert/strict";
import { test } from "node:test";
import { allocated, frozenByPerson, intended } from "../domain/testing/given.ts";
import { hearsWell } from "../engine/testing/engines.ts";
import { reclaimWorld } from "../engine/testing/reclaim-world.ts";
import { getPolicy } from "./get-policy.ts";

const ours = { name: "ours", roles: ["read"], applications: ["probe"] } as const;
const all = { name: "all", roles: ["read"] } as const;

test("what others own and what stands in the way is told to everybody, by name only to those who see it", async () => {
  const { engine } = reclaimWorld();
  await hearsWell(
    engine,
    intended({ ttlSeconds: 60 }).at(0),
    allocated("i-1").at(1),
    intended({ id: "secret-child", application: "theirs", parent: "vm-1" }),
    frozenByPerson({ reason: "their secret" }),
  );
  for (const [caller, isNamed] of [
    [ours, false],
    [all, true],
  ] as const) {
    const answer = await engine.read(getPolicy, { id: "vm-1" }, caller);
    assert.ok("reply" in answer);
    const { frees, obstacles } = answer.reply;
    assert.equal(frees, false);
    assert.deepEqual(
      obstacles.map(({ code }) => code),
      ["children", "frozen"],
    );
    assert.equal(JSON.stringify(obstacles).includes("secret"), isNamed, caller.name);
  }
});
