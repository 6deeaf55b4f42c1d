import assert from "node:assert/strict";
import fs, { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { addKey, revokeKeys, rotateKey } from "../../src/access/change-keys.ts";
import { stateOf } from "../../src/access/key-entry.ts";
import { changeKeyFile, keyFileIn, readKeyFile } from "../../src/access/key-file.ts";
import { readKey } from "../../src/access/key-text.ts";
import { temporaryDirectory } from "../support/child-server.ts";

const NOW = Date.parse("2026-11-24T10:00:00.000Z");
const HOUR = 3_600_000;
const ci = { name: "ci", roles: ["report" as const] };

const fileOf = (t: TestContext) => keyFileIn(temporaryDirectory(t));
const statesAt = (path: string, now: number) => readKeyFile(path).map((entry) => stateOf(entry, now));

test("a key is in the file as a hash alone, and nobody else may read it", (t) => {
  const path = fileOf(t);
  const text = addKey(path, { ...ci, applications: ["probe"], expires: 3_600 }, NOW);
  const { id, secret } = readKey(text) ?? assert.fail(text);
  assert.ok(!readFileSync(path, "utf8").includes(secret));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const [{ hash, ...entry } = assert.fail(), ...others] = readKeyFile(path);
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(
    [entry, others],
    [
      {
        id,
        name: "ci",
        roles: ["report"],
        applications: ["probe"],
        created: "2026-11-24T10:00:00.000Z",
        expires: "2026-11-24T11:00:00.000Z",
      },
      [],
    ],
  );
});

test("a file that others can read or write is not used, and it is said how to mend that", (t) => {
  const path = fileOf(t);
  addKey(path, ci, NOW);
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o666]) {
    chmodSync(path, mode);
    assert.throws(() => readKeyFile(path), /can be read or written by others: chmod 600 /);
    assert.throws(() => addKey(path, { ...ci, name: "more" }, NOW), /chmod 600/);
  }
  chmodSync(path, 0o600);
  assert.equal(readKeyFile(path).length, 1);
});

test("a file that is not as drett wrote it is refused, and left as it is", (t) => {
  const path = fileOf(t);
  const entry = {
    id: "0".repeat(12),
    name: "ci",
    hash: "0".repeat(64),
    roles: ["report"],
    created: "2026-11-24T10:00:00Z",
  };
  const bad: unknown[] = [
    [],
    { version: 2, keys: [] },
    { version: 1, keys: [{ ...entry, roles: ["king"] }] },
    { version: 1, keys: [{ ...entry, roles: [] }] },
    { version: 1, keys: [{ ...entry, applications: [] }] },
    { version: 1, keys: [{ ...entry, hash: "short" }] },
    { version: 1, keys: [{ ...entry, expires: "tomorrow" }] },
    { version: 1, keys: [{ ...entry, revokd: "2026-11-24T10:00:00Z" }] },
  ];
  for (const text of ["", "{", ...bad.map((it) => JSON.stringify(it))]) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.throws(() => readKeyFile(path), /Restore it from a backup/, text);
    assert.throws(() => addKey(path, ci, NOW), /Restore it from a backup/, text);
    assert.equal(readFileSync(path, "utf8"), text);
    assert.ok(!existsSync(`${path}.new`));
  }
  writeFileSync(path, JSON.stringify({ version: 1, keys: [entry] }));
  assert.equal(readKeyFile(path).length, 1);
});

test("of two who change the keys at once, one is refused; what breaks off changes nothing", (t) => {
  const path = fileOf(t);
  addKey(path, ci, NOW);
  const before = readFileSync(path, "utf8");
  const during = () =>
    changeKeyFile(path, (keys) => {
      assert.throws(
        () => addKey(path, { ...ci, name: "other" }, NOW),
        /another command is changing the keys.*rm /,
      );
      return { keys, result: undefined };
    });
  during();
  assert.throws(() => changeKeyFile(path, () => assert.fail("broken off")), /broken off/);
  assert.equal(readFileSync(path, "utf8"), before);
  addKey(path, { ...ci, name: "other" }, NOW);
  assert.equal(readKeyFile(path).length, 2);
});

test("a name is used once among the live, is one that a person can read, and none of drett's own", (t) => {
  const path = fileOf(t);
  addKey(path, ci, NOW);
  assert.throws(() => addKey(path, ci, NOW), /there is a key ci already/);
  for (const name of ["", " ci", "a\nb", "drett", "local", "nobody", "x".repeat(64), "é"]) {
    assert.throws(() => addKey(path, { ...ci, name }, NOW), /cannot be the name of a key/, name);
  }
  revokeKeys(path, "ci", NOW);
  addKey(path, ci, NOW);
  assert.deepEqual(statesAt(path, NOW), ["revoked", "live"]);
});

test("rotated, a key has its rights on, and the old one ends when it was said", (t) => {
  const path = fileOf(t);
  const old = addKey(path, { ...ci, applications: ["probe"] }, NOW);
  const next = rotateKey(path, "ci", { keep: 3_600 }, NOW);
  assert.notEqual(next, old);
  assert.deepEqual(statesAt(path, NOW + HOUR - 1), ["live", "live"]);
  assert.deepEqual(statesAt(path, NOW + HOUR), ["expired", "live"]);
  assert.deepEqual(
    readKeyFile(path).map(({ name, roles, applications }) => [name, roles, applications]),
    [
      ["ci", ["report"], ["probe"]],
      ["ci", ["report"], ["probe"]],
    ],
  );
  const last = rotateKey(path, "ci", {}, NOW);
  assert.deepEqual(statesAt(path, NOW), ["revoked", "revoked", "live"]);
  assert.equal(readKeyFile(path).at(-1)?.id, readKey(last)?.id);
});

test("keeping a rotated key does not make it last longer", (t) => {
  const path = fileOf(t);
  addKey(path, { ...ci, expires: 60 }, NOW);
  rotateKey(path, "ci", { keep: 3_600 }, NOW);
  assert.deepEqual(statesAt(path, NOW + 60_000), ["expired", "expired"]);
});

test("a key that is about to end is rotated into one that goes on, without a gap", (t) => {
  const path = fileOf(t);
  addKey(path, { ...ci, expires: 60 }, NOW);
  rotateKey(path, "ci", { keep: 3_600, expires: 7_200 }, NOW);
  assert.deepEqual(statesAt(path, NOW + 59_999), ["live", "live"]);
  assert.deepEqual(statesAt(path, NOW + 60_000), ["expired", "live"]);
  assert.deepEqual(statesAt(path, NOW + 2 * HOUR), ["expired", "expired"]);
});

test("a key is revoked by its name or its id; one that is not there is refused with the nearest", (t) => {
  const path = fileOf(t);
  const { id = "" } = readKey(addKey(path, ci, NOW)) ?? {};
  assert.throws(
    () => revokeKeys(path, "cj", NOW),
    /no live key has the name or the id "cj"; did you mean ci\?/,
  );
  assert.deepEqual(revokeKeys(path, id, NOW), [id]);
  assert.throws(() => revokeKeys(path, "ci", NOW), /no live key/);
  assert.throws(() => rotateKey(path, "ci", {}, NOW), /no live key/);
});

test("a directory that is not there yet is made, for its owner alone", (t) => {
  const directory = join(temporaryDirectory(t), "drett-data");
  addKey(keyFileIn(directory), ci, NOW);
  assert.equal(statSync(directory).mode & 0o777, 0o700);
});

test("what could not be read again is not written", (t) => {
  const path = fileOf(t);
  addKey(path, ci, NOW);
  const many = Array.from({ length: 101 }, (_, place) => `a${place}`);
  for (const applications of [["x".repeat(1_025)], ["\0"], many]) {
    assert.throws(() => addKey(path, { ...ci, name: "more", applications }, NOW), /could not be read again/);
  }
  assert.deepEqual(statesAt(path, NOW), ["live"]);
  assert.ok(!existsSync(`${path}.new`));
});

test("a draft that another command has begun by then is left to that", (t) => {
  const path = fileOf(t);
  const rename = fs.renameSync;
  const renamed = t.mock.method(fs, "renameSync", (from: string, to: string) => {
    rename(from, to);
    writeFileSync(from, "another's");
  });
  syncBuiltinESMExports();
  t.after(() => {
    renamed.mock.restore();
    syncBuiltinESMExports();
  });
  addKey(path, ci, NOW);
  assert.equal(readFileSync(`${path}.new`, "utf8"), "another's");
});
