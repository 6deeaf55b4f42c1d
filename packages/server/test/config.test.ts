import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Config, ConfigRefused, readConfig, SETTINGS } from "../src/config.ts";

test("without any setting it listens on loopback and keeps its data beside itself", () => {
  assert.deepEqual(readConfig([], {}), {
    directory: "./drett-data",
    host: "127.0.0.1",
    port: 5001,
    hosts: [],
    logLevel: "info",
    sweepMs: 5_000,
    requestMs: 30_000,
    idleMs: 65_000,
    stopMs: 10_000,
  });
});

const SET: {
  readonly [name in keyof typeof SETTINGS]: readonly [text: string, key: keyof Config, value: unknown];
} = {
  DRETT_HOST: ["::1", "host", "::1"],
  DRETT_PORT: ["0", "port", 0],
  DRETT_HOSTS: [" drett.lab, DRETT ,", "hosts", ["drett.lab", "drett"]],
  DRETT_LOG_LEVEL: ["silent", "logLevel", "silent"],
  DRETT_SWEEP_SECONDS: ["1", "sweepMs", 1_000],
  DRETT_REQUEST_SECONDS: ["2", "requestMs", 2_000],
  DRETT_IDLE_SECONDS: ["3", "idleMs", 3_000],
  DRETT_STOP_SECONDS: ["3600", "stopMs", 3_600_000],
};
for (const [name, [text, key, value]] of Object.entries(SET)) {
  test(`${name}=${text} is heeded, and changes nothing else`, () => {
    assert.deepEqual(readConfig([], { [name]: text }), { ...readConfig([], {}), [key]: value });
  });
}

test("every setting is tested", () => assert.deepEqual(Object.keys(SET), Object.keys(SETTINGS)));

test("the directory is the only argument", () => {
  assert.equal(readConfig(["/var/lib/drett"], {}).directory, "/var/lib/drett");
});

const REFUSED: readonly (readonly [args: readonly string[], env: NodeJS.ProcessEnv, message: RegExp])[] = [
  [["a", "b"], {}, /^usage: drett-server \[DIRECTORY\]/],
  [["--port=1"], {}, /^usage: /],
  [["--help"], {}, /^usage: /],
  [[], { DRETT_PROT: "1" }, /DRETT_PROT is not a setting; did you mean DRETT_PORT\?/],
  [[], { DRETT_SWEEP_SECOND: "1" }, /did you mean DRETT_SWEEP_SECONDS\?/],
  [[], { DRETT_PASSWORD_FILE: "1" }, /DRETT_PASSWORD_FILE is not a setting; there are DRETT_HOST, /],
  [[], { DRETT_HOST: "0.0.0.0" }, /DRETT_HOST is 0\.0\.0\.0, which others can reach.*use 127\.0\.0\.1/],
  [[], { DRETT_HOST: "::" }, /others can reach/],
  [[], { DRETT_HOST: "" }, /DRETT_HOST/],
  [[], { DRETT_HOST: "drett.lab" }, /others can reach/],
  [[], { DRETT_HOST: "127.0.0.1.drett.lab" }, /others can reach/],
  [[], { DRETT_PORT: "65536" }, /DRETT_PORT is "65536": use a whole number from 0 to 65535/],
  [[], { DRETT_PORT: "-1" }, /DRETT_PORT is "-1"/],
  [[], { DRETT_PORT: "80.5" }, /DRETT_PORT is "80\.5"/],
  [[], { DRETT_PORT: "http" }, /DRETT_PORT is "http"/],
  [[], { DRETT_PORT: "" }, /DRETT_PORT is ""/],
  [[], { DRETT_PORT: "0x50" }, /DRETT_PORT is "0x50"/],
  [[], { DRETT_LOG_LEVEL: "loud" }, /DRETT_LOG_LEVEL is loud: use one of trace, debug, /],
  [[], { DRETT_SWEEP_SECONDS: "0" }, /DRETT_SWEEP_SECONDS is 0: use at least 1/],
  [[], { DRETT_REQUEST_SECONDS: "0" }, /DRETT_REQUEST_SECONDS is 0: use at least 1/],
  [[], { DRETT_IDLE_SECONDS: "1h" }, /DRETT_IDLE_SECONDS is "1h": use a whole number/],
  [[], { DRETT_STOP_SECONDS: "3601" }, /DRETT_STOP_SECONDS is "3601": use a whole number from 0 to 3600/],
];
for (const [args, env, message] of REFUSED) {
  test(`${JSON.stringify([...args, env])} is refused, saying what to do`, () => {
    assert.throws(
      () => readConfig(args, env),
      (error) => error instanceof ConfigRefused && message.test(error.message),
    );
  });
}

test("what belongs to the client or to others is left alone", () => {
  const env = {
    DRETT_URL: "x",
    DRETT_API_KEY: "x",
    DRETT_OWNER: "x",
    DRETT_TEST_FUZZ_RUNS: "1",
    PATH: "/bin",
    PORT: "1",
  };
  assert.deepEqual(readConfig([], env), readConfig([], {}));
});

test("a refusal of a client's variable does not show its value", () => {
  assert.throws(
    () => readConfig([], { DRETT_API_KEYS: "secret" }),
    (error: Error) => !error.message.includes("secret"),
  );
});

test("the server's entry is plain JavaScript that an older Node can read", () => {
  const text = readFileSync(new URL("../bin/drett-server.js", import.meta.url), "utf8");
  assert.match(text, /process\.versions\.node/);
  assert.doesNotMatch(
    text,
    /^import .*\.ts"/m,
    "what is imported at the top is read before the version is looked at",
  );
});
