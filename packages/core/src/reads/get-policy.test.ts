import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allocated,
  frozenByPerson,
  held,
  intended,
  type Saying,
  sessionOpened,
  time,
} from "../domain/testing/given.ts";
import { hearsWell } from "../engine/testing/engines.ts";
import { policy, reclaimWorld } from "../engine/testing/reclaim-world.ts";
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

for (const [what, ttlSeconds, meanwhile, obstacle, from] of [
  ["what is not due has its grace before it", 7_200, [], "not-due", time(121 + 15)],
  ["the longest of what passes counts", 60, [frozenByPerson({ until: time(90) })], "frozen", time(90)],
  ["a hold that ends keeps off what nobody has ordered", 60, [held(90)], "held", undefined],
] as const satisfies readonly (readonly [string, number, readonly Saying[], string, string | undefined])[]) {
  test(`it says when something is freed: ${what}`, async () => {
    const { engine } = reclaimWorld({ policies: [policy({ graceSeconds: 900 })] });
    await hearsWell(engine, intended({ ttlSeconds }).at(0), allocated("i-1").at(1), ...meanwhile);
    const answer = await engine.read(getPolicy, { id: "vm-1" }, all);
    assert.ok("reply" in answer);
    assert.deepEqual([answer.reply.obstacles.map(({ code }) => code), answer.reply.from], [[obstacle], from]);
  });
}

test("so is what is known of the session that it names", async () => {
  const { engine } = reclaimWorld();
  await hearsWell(
    engine,
    sessionOpened({ id: "secret-session", application: "theirs" }).at(0),
    intended({ ttlSeconds: 60, session: "secret-session" }).at(0),
    allocated("i-1").at(1),
  );
  for (const [caller, isNamed] of [
    [ours, false],
    [all, true],
  ] as const) {
    const answer = await engine.read(getPolicy, { id: "vm-1" }, caller);
    assert.ok("reply" in answer);
    const { says } = answer.reply.obstacles.find(({ code }) => code === "session-alive") ?? assert.fail();
    assert.equal(says.includes("secret"), isNamed, caller.name);
  }
});
