import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { test } from "node:test";
import { lastUsedIn, readLastUsed, UseLog } from "../../src/access/last-used.ts";
import { temporaryDirectory } from "../support/child-server.ts";

const NOW = Date.parse("2026-11-24T10:00:00.000Z");

test("when a key was used is written at most once a minute, and at the end", (t) => {
  const path = lastUsedIn(temporaryDirectory(t));
  let now = NOW;
  const log = new UseLog({ path, warn: assert.fail, now: () => now });
  log.used("a");
  assert.deepEqual(readLastUsed(path), { a: "2026-11-24T10:00:00.000Z" });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  now += 59_000;
  log.used("b");
  assert.equal(readLastUsed(path).b, undefined);
  log.flush();
  assert.equal(readLastUsed(path).b, "2026-11-24T10:00:59.000Z");
});

test("what another server has noted stays; within the minute nothing is written anew", (t) => {
  const path = lastUsedIn(temporaryDirectory(t));
  const [one, other] = [NOW, NOW + 30_000].map(
    (now) => new UseLog({ path, warn: assert.fail, now: () => now }),
  );
  one?.used("a");
  const { ino } = statSync(path);
  other?.used("a");
  assert.equal(statSync(path).ino, ino, "as each request of a CGI process would");
  other?.used("b");
  other?.flush();
  assert.deepEqual(Object.keys(readLastUsed(path)), ["a", "b"]);
});

test("where it cannot be written, that is said, and nobody is kept out", (t) => {
  const directory = temporaryDirectory(t);
  const path = lastUsedIn(directory);
  mkdirSync(path);
  const warnings: string[] = [];
  new UseLog({ path, warn: (message) => warnings.push(message), now: () => NOW }).used("a");
  assert.match(warnings.join(), /when keys were used cannot be noted/);
  rmSync(path, { recursive: true });
  assert.ok(!existsSync(path));
});
