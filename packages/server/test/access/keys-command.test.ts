import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { BIN, ChildServer, temporaryDirectory } from "../support/child-server.ts";

function keys(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, "keys", ...args], {
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}

const KEY = /^drett_[0-9a-f]{12}_[0-9a-f]{64}\n$/;

test("keys are made, listed, rotated and revoked, and shown once", (t) => {
  const directory = temporaryDirectory(t);
  assert.equal(keys("list", directory).out, "There are no keys: whoever reaches the port may use it.\n");
  const made = keys(
    "add",
    directory,
    "ci",
    "--role",
    "report",
    "read",
    "--application",
    "probe",
    "--expires",
    "90d",
  );
  assert.match(made.out, KEY);
  assert.match(made.err, /only time that the key is shown/);
  const id = made.out.slice(6, 18);
  const listed = keys("list", directory);
  assert.doesNotMatch(listed.out, /[0-9a-f]{64}/);
  const [head, row] = listed.out.split("\n");
  assert.match(head ?? "", /^id +name +state +roles +applications +expires +last used$/);
  assert.match(row ?? "", new RegExp(`^${id}  ci +live +report,read +probe +20\\d\\d-\\S+Z +never$`));
  const [json] = JSON.parse(keys("list", directory, "--json").out) as { [field: string]: unknown }[];
  assert.deepEqual(
    [json?.id, json?.roles, json?.state, json?.hash],
    [id, ["report", "read"], "live", undefined],
  );
  const rotated = keys("rotate", directory, "ci", "--keep", "1h", "--expires", "180d");
  assert.match(rotated.out, KEY);
  assert.equal(keys("revoke", directory, "ci").out, `revoked ${id}\nrevoked ${rotated.out.slice(6, 18)}\n`);
});

test("what cannot be done is refused, saying what to do", (t) => {
  const directory = temporaryDirectory(t);
  const refusals: readonly [args: string[], RegExp][] = [
    [["add", directory, "ci"], /required option '--role/],
    [["add", directory, "ci", "--role", "king"], /Allowed choices are report, read, decide, admin/],
    [["add", directory, "ci", "--role", "read", "--expires", "soon"], /Use a duration such as 90d/],
    [["add", directory, "drett", "--role", "read"], /cannot be the name of a key/],
    [["add", directory, "ci", "--role", "read", "--application", "ci", ""], /for the application ""/],
    [
      ["add", directory, "ci", "--role", "decide", "--application", "drett"],
      /for the application "drett": .* what concerns all/,
    ],
    [["revoke", directory, "ci"], /no live key has the name/],
  ];
  for (const [args, message] of refusals) {
    const { status, out, err } = keys(...args);
    assert.deepEqual([status, out], [1, ""], args.join(" "));
    assert.match(err, message);
  }
});

test("a running server takes a key that is added, and none that is revoked, and says who may use it", async (t) => {
  const directory = temporaryDirectory(t);
  const child = await ChildServer.start(t, { directory });
  const accessOf = async () =>
    (JSON.parse((await child.send("GET", "/healthz")).text) as { access: string }).access;
  await child.says(/Whoever reaches this port may use it/);
  assert.match(await accessOf(), /^open/);
  const key = keys("add", directory, "ci", "--role", "read").out.trim();
  const ask = async (authorization: string) =>
    (await fetch(`${child.url}/v1/resources`, { headers: { authorization } })).status;
  /** It looks at the file once a second. */
  const until = async (status: number) => {
    for (let looks = 0; looks < 200; looks++) {
      if ((await ask(`Bearer ${key}`)) === status && (await accessOf()) === "keys") return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(`it did not come to ${status}`);
  };
  await until(200);
  assert.equal((await child.send("GET", "/v1/resources")).status, 401);
  assert.match(keys("list", directory).out, / 20\d\d-\S+Z$/m, "when it was used last");
  keys("revoke", directory, "ci");
  await until(401);
});
