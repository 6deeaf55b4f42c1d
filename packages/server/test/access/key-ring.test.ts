import assert from "node:assert/strict";
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { addKey, revokeKeys, rotateKey } from "../../src/access/change-keys.ts";
import { isCaller } from "../../src/access/gate.ts";
import { keyFileIn } from "../../src/access/key-file.ts";
import { KeyRing } from "../../src/access/key-ring.ts";
import { temporaryDirectory } from "../support/child-server.ts";

const NOW = Date.parse("2026-11-24T10:00:00.000Z");
const ci = { name: "ci", roles: ["report" as const] };

function ringed(t: TestContext) {
  const path = keyFileIn(temporaryDirectory(t));
  const clock = { now: NOW, ticks: 0 };
  const [warnings, used]: [string[], string[]] = [[], []];
  const open = () =>
    new KeyRing({
      path,
      now: () => clock.now,
      ticks: () => clock.ticks,
      warn: (message) => warnings.push(message),
      onUse: (id) => used.push(id),
    });
  return { path, clock, warnings, used, open };
}

const letsIn = (ring: KeyRing, key: string) => isCaller(ring.holder(key));

test("what is changed in the file holds a second later, with nothing started anew", (t) => {
  const { path, clock, open } = ringed(t);
  const key = addKey(path, ci, NOW);
  const ring = open();
  assert.ok(letsIn(ring, key));
  revokeKeys(path, "ci", NOW);
  clock.ticks = 999;
  assert.ok(letsIn(ring, key), "the file is looked at once a second");
  clock.ticks = 1_000;
  assert.ok(!letsIn(ring, key));
  const next = addKey(path, ci, NOW);
  ring.reload();
  assert.ok(letsIn(ring, next), "or as soon as it is told");
});

test("it is open until there is a key, and never again, even where the file is gone", (t) => {
  const { path, clock, open } = ringed(t);
  const ring = open();
  assert.ok(ring.isOpen);
  addKey(path, ci, NOW);
  clock.ticks = 1_000;
  assert.ok(!ring.isOpen);
  rmSync(path);
  clock.ticks = 2_000;
  assert.ok(!ring.isOpen);
});

test("a file that cannot be used any more leaves the keys as they were, and is warned of once", (t) => {
  const { path, clock, warnings, open } = ringed(t);
  const key = addKey(path, ci, NOW);
  const ring = open();
  chmodSync(path, 0o644);
  for (const ticks of [1_000, 2_000, 3_000]) {
    clock.ticks = ticks;
    assert.ok(letsIn(ring, key));
  }
  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? "", /the keys stay as they were: .*chmod 600/);
  writeFileSync(path, "{", { mode: 0o600 });
  chmodSync(path, 0o600);
  clock.ticks = 4_000;
  assert.ok(letsIn(ring, key));
  assert.equal(warnings.length, 2);
  assert.throws(open, /not JSON/, "at its start it is refused");
});

test("a key ends on its second, and its holder is told why it is not taken", (t) => {
  const { path, clock, open, used } = ringed(t);
  const key = addKey(path, { ...ci, expires: 60 }, NOW);
  const ring = open();
  clock.now = NOW + 59_999;
  assert.ok(letsIn(ring, key));
  clock.now = NOW + 60_000;
  const refusal = ring.holder(key);
  assert.deepEqual(refusal, { refused: "api-key-invalid", detail: "The key ci is expired." });
  assert.equal(used.length, 1);
});

test("a name that was proven otherwise stands for its live key", (t) => {
  const { path, open } = ringed(t);
  addKey(path, { ...ci, applications: ["probe"] }, NOW);
  rotateKey(path, "ci", {}, NOW);
  addKey(path, { ...ci, name: "gone" }, NOW);
  revokeKeys(path, "gone", NOW);
  const ring = open();
  assert.deepEqual(ring.named(["x", "ci"]), { name: "ci", roles: ["report"], applications: ["probe"] });
  for (const names of [["x"], ["gone"], ["CI"]]) assert.ok(!isCaller(ring.named(names)), names[0]);
});
