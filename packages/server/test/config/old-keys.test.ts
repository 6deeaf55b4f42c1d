import assert from "node:assert/strict";
import { test } from "node:test";
import { configured, originOf, refusalOf } from "./configured.ts";

const OLD = `plugin:
  module: sqlite
  config: sqlite.yaml
logconfig: logging.yaml
flask_config:
  run_args:
    host: localhost
    port: 5002
    debug: True
`;

test("the old keys mean what they meant", async (t) => {
  const config = await configured(t, { "config.yaml": OLD, "sqlite.yaml": "directory: data\n" });
  assert.deepEqual([config.host, config.port, config.log_level], ["localhost", 5002, "debug"]);
  assert.equal(config.logging, `${config.directory}/logging.yaml`);
  assert.deepEqual(
    ["store.use", "store.config", "logging", "host", "port", "log_level"].map((it) => originOf(config, it)),
    [2, 3, 4, 7, 8, 9].map((line) => `config.yaml:${line}`),
  );
  assert.deepEqual(config.warnings, []);
});

test("debug: false says nothing of the log level", async (t) => {
  const { log_level } = await configured(t, { "config.yaml": "flask_config: {run_args: {debug: false}}\n" });
  assert.equal(log_level, undefined);
});

test("what only Flask took is accepted, and what is so now is said", async (t) => {
  const yaml = "flask_config:\n  run_args:\n    threaded: true\n    use_reloader: false\n    port: 7\n";
  const { warnings, directory, port } = await configured(t, { "config.yaml": yaml });
  assert.equal(port, 7);
  assert.deepEqual(
    warnings.map((it) => it.replace(`${directory}/`, "")),
    [
      "config.yaml:3: threaded was Flask's and has no effect: drett serves requests at once without it",
      "config.yaml:4: use_reloader was Flask's and has no effect: restart the server after a change",
    ],
  );
});

test("an old file with nothing in its mappings is an empty one", async (t) => {
  const { port } = await configured(t, { "config.yaml": "flask_config:\n  run_args:\nplugin:\n" });
  assert.equal(port, 5001);
});

const REFUSED: readonly (readonly [yaml: string, message: RegExp])[] = [
  ["plugin: {modul: mongo}\n", /^config\.yaml:1: plugin\.modul is not a setting; did you mean module\?/],
  ["plugin: mongo\n", /^config\.yaml:1: plugin must be a mapping/],
  ["flask_config: {run_arg: {}}\n", /flask_config\.run_arg is not a setting; did you mean run_args\?/],
  [
    "flask_config:\n  run_args:\n    prot: 1\n",
    /^config\.yaml:3: flask_config\.run_args\.prot .* did you mean port\?/,
  ],
  ["flask_config: {run_args: {port: http}}\n", /^config\.yaml:1: port is "http"/],
  [
    "flask_config: {run_args: {host: 0.0.0.0}}\n",
    /^config\.yaml:1: host is 0\.0\.0\.0, which others can reach/,
  ],
  ["flask_config: {run_args: {debug: perhaps}}\n", /^config\.yaml:1: debug is "perhaps": use true or false/],
  [
    "plugin: {module: sqlite}\nstore: {use: sqlite}\n",
    /^config\.yaml:1: use is said at config\.yaml:2 already/,
  ],
  ["logging: a\nlogconfig: b\n", /^config\.yaml:2: logging is said at config\.yaml:1 already: keep one/],
];
for (const [yaml, message] of REFUSED) {
  test(`${JSON.stringify(yaml)} is refused, naming file and line`, async (t) => {
    assert.match(await refusalOf(t, { "config.yaml": yaml }), message);
  });
}
