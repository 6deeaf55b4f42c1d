import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { BIN } from "../support/child-server.ts";
import { directoryWith, type Files } from "./configured.ts";

function run(t: TestContext, files: Files, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const directory = directoryWith(t, files);
  const command = [BIN, "config", ...args, directory];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { env, encoding: "utf8" });
  return { status, out: stdout.replaceAll(directory, "DIR"), err: stderr.replaceAll(directory, "DIR") };
}

test("`config` prints every value and where it came from", (t) => {
  const { status, out } = run(t, { "config.yaml": "port: 7\n" }, [], { DRETT_SWEEP: "1m" });
  assert.equal(status, 0);
  const rows = out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(rows[0], ["setting", "value", "from"]);
  assert.deepEqual(
    rows.find(([name]) => name === "port"),
    ["port", "7", "DIR/config.yaml:1"],
  );
  assert.deepEqual(
    rows.find(([name]) => name === "sweep"),
    ["sweep", "1m", "DRETT_SWEEP"],
  );
  assert.deepEqual(
    rows.find(([name]) => name === "store.use"),
    ["store.use", "sqlite", "default"],
  );
});

test("`config --json` prints the same for programs", (t) => {
  const { out } = run(t, { "config.yaml": "port: 7\n" }, ["--json"]);
  const shown = JSON.parse(out) as { name: string }[];
  assert.deepEqual(
    shown.find(({ name }) => name === "port"),
    {
      name: "port",
      value: "7",
      origin: "DIR/config.yaml:1",
    },
  );
});

test("a secret is not printed", (t) => {
  const plugin = `export const plugin = { api: 2, open() {},
    settings: { password: { type: "text", secret: true, meaning: "" }, key: { type: "text", secret: true, meaning: "" } } };`;
  const files = { "config.yaml": "store: {use: ./mine.mjs, password: hunter2}\n", "mine.mjs": plugin };
  for (const args of [[], ["--json"]]) {
    const { out, err } = run(t, files, args, { DRETT_STORE_KEY: "hunter3" });
    assert.match(out, /\(secret\)/);
    assert.doesNotMatch(out + err, /hunter/);
  }
  const wrong = run(t, { ...files, "config.yaml": "store: {use: ./mine.mjs, password: 1234567}\n" }, []);
  assert.match(wrong.err, /DIR\/config\.yaml:1: password is not what it must be: use text/);
  assert.doesNotMatch(wrong.err, /1234567/);
});

test("`config --check` is silent where all is well", (t) => {
  assert.deepEqual(run(t, { "config.yaml": "port: 7\n" }, ["--check"]), { status: 0, out: "", err: "" });
});

test("`config --check` ends with 1 and says what cannot be used", (t) => {
  const { status, err } = run(t, { "config.yaml": "port: 7\nprot: 8\n" }, ["--check"]);
  assert.equal(status, 1);
  assert.match(err, /^drett-server: DIR\/config\.yaml:2: prot is not a setting; did you mean port\?$/m);
});

test("a warning goes to standard error", (t) => {
  const { status, err } = run(t, { "config.yaml": "flask_config: {run_args: {threaded: true}}\n" }, [
    "--check",
  ]);
  assert.equal(status, 0);
  assert.match(err, /threaded was Flask's/);
});

test("what nobody knows of the command line is refused", (t) => {
  for (const args of [["--chek"], ["more"]]) {
    const { status, err } = run(t, {}, args);
    assert.equal(status, 1);
    assert.match(err, /unknown option|too many arguments/);
  }
});
