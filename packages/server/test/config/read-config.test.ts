import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../../src/config/read-config.ts";
import { SERVER } from "../../src/config/settings.ts";
import { configured, originOf, refusalOf } from "./configured.ts";

const DAY = 86_400;

test("without a file it listens on loopback and keeps its data in the directory", async (t) => {
  const { directory, store, openStore, shown, ...rest } = await configured(t, {});
  assert.deepEqual(rest, {
    host: "127.0.0.1",
    port: 5001,
    hosts: [],
    tls_certificate: undefined,
    tls_key: undefined,
    tls_client_ca: undefined,
    tls_proxy: false,
    rate_limit: undefined,
    logging: undefined,
    quotas: undefined,
    policies: undefined,
    providers: undefined,
    webhooks: undefined,
    log_level: undefined,
    sweep: 5,
    reclaim: 5,
    lapse_share: 50,
    lapse_least: 5,
    lapse_freeze: 3_600,
    prune: 3_600,
    keep_freed: 90 * DAY,
    keep_failed: 90 * DAY,
    keep_never_created: 90 * DAY,
    keep_forgotten: 90 * DAY,
    keep_allocations: 90 * DAY,
    keep_sessions: 90 * DAY,
    keep_events: 90 * DAY,
    keep_tombstones: 400 * DAY,
    request_timeout: 30,
    idle_timeout: 65,
    stop_timeout: 10,
    file: undefined,
    warnings: [],
  });
  assert.deepEqual([store.use, store.values], ["sqlite", { directory }]);
  assert.ok(shown.every(({ origin }) => origin === "default"));
  assert.deepEqual(
    shown.filter(({ name }) => name.startsWith("store")).map(({ name, value }) => [name, value]),
    [
      ["store.use", "sqlite"],
      ["store.config", ""],
      ["store.directory", directory],
    ],
  );
});

/** Each setting as it stands in a file, as a variable, and as it is read. */
const SET: { readonly [name in keyof typeof SERVER]: readonly [yaml: string, text: string, value: unknown] } =
  {
    host: ['"::1"', "::1", "::1"],
    port: ["0", "0", 0],
    hosts: ["[ drett.lab, DRETT ]", " drett.lab, DRETT ,", ["drett.lab", "drett"]],
    tls_certificate: ["/etc/drett/chain.pem", "/etc/drett/chain.pem", "/etc/drett/chain.pem"],
    tls_key: ["/etc/drett/key.pem", "/etc/drett/key.pem", "/etc/drett/key.pem"],
    tls_client_ca: ["/etc/drett/ca.pem", "/etc/drett/ca.pem", "/etc/drett/ca.pem"],
    tls_proxy: ["true", "true", true],
    rate_limit: ["50", "50", 50],
    logging: ["/etc/drett/logging.yaml", "/etc/drett/logging.yaml", "/etc/drett/logging.yaml"],
    log_level: ["silent", "silent", "silent"],
    quotas: ["/etc/drett/quotas.yaml", "/etc/drett/quotas.yaml", "/etc/drett/quotas.yaml"],
    policies: ["/etc/drett/policies.yaml", "/etc/drett/policies.yaml", "/etc/drett/policies.yaml"],
    providers: ["/etc/drett/providers.yaml", "/etc/drett/providers.yaml", "/etc/drett/providers.yaml"],
    webhooks: ["/etc/drett/webhooks.yaml", "/etc/drett/webhooks.yaml", "/etc/drett/webhooks.yaml"],
    sweep: ["1s", "1s", 1],
    reclaim: ["20s", "20s", 20],
    lapse_share: ["30", "30", 30],
    lapse_least: ["10", "10", 10],
    lapse_freeze: ["0s", "0s", 0],
    prune: ["2m", "120s", 120],
    keep_freed: ["30d", "720h", 30 * DAY],
    keep_failed: ["1h", "60m", 3_600],
    keep_never_created: ["2d", "48h", 2 * DAY],
    keep_forgotten: ["365d", "8760h", 365 * DAY],
    keep_allocations: ["7d", "168h", 7 * DAY],
    keep_sessions: ["8d", "192h", 8 * DAY],
    keep_events: ["1d", "24h", DAY],
    keep_tombstones: ["100d", "2400h", 100 * DAY],
    request_timeout: ["1m30s", "1m30s", 90],
    idle_timeout: ["1h", "60m", 3_600],
    stop_timeout: ["2m", "120s", 120],
  };

for (const [name, [yaml, text, value]] of Object.entries(SET)) {
  const key = name as keyof typeof SERVER;
  test(`${name}: ${yaml} is heeded, and changes nothing else`, async (t) => {
    const config = await configured(t, { "config.yaml": `# first\n${name}: ${yaml}\n` });
    assert.deepEqual(config[key], value);
    assert.equal(originOf(config, name), "config.yaml:2");
    assert.deepEqual(config.shown.filter(({ origin }) => origin !== "default").length, 1);
  });

  test(`DRETT_${name.toUpperCase()} goes over the file`, async (t) => {
    const variable = `DRETT_${name.toUpperCase()}`;
    const config = await configured(t, { "config.yaml": `${name}: ${yaml}\n` }, { [variable]: text });
    assert.deepEqual(config[key], value);
    assert.equal(originOf(config, name), variable);
  });
}

test("every setting is tested", () => assert.deepEqual(Object.keys(SET), Object.keys(SERVER)));

test("relative names are against the directory of the configuration", async (t) => {
  const config = await configured(t, { "config.yaml": "logging: logs/logging.yaml\n" });
  assert.equal(config.logging, join(config.directory, "logs/logging.yaml"));
});

test("anchors, aliases and merge keys are read, and faults in them named where they stand", async (t) => {
  const yaml = `
flask_config:
  run_args: &args
    port: &port 7
    <<: {debug: true}
sweep: &pause 1m
idle_timeout: *pause
`;
  const config = await configured(t, { "config.yaml": yaml });
  assert.deepEqual([config.port, config.log_level, config.sweep, config.idle_timeout], [7, "debug", 60, 60]);
  assert.match(
    await refusalOf(t, { "config.yaml": yaml.replace("7", "70000") }),
    /^config\.yaml:4: port is 70000/,
  );
});

const VARIABLES: readonly (readonly [env: NodeJS.ProcessEnv, message: RegExp])[] = [
  [{ DRETT_PROT: "1" }, /^DRETT_PROT is not a setting; did you mean DRETT_PORT\?/],
  [{ DRETT_SWEEP_SECONDS: "1" }, /^DRETT_SWEEP_SECONDS is not a setting/],
  [{ DRETT_STORE_DIRECTORI: "x" }, /did you mean DRETT_STORE_DIRECTORY\?/],
  [{ DRETT_PASSWORD_FILE: "1" }, /^DRETT_PASSWORD_FILE is not a setting; there are DRETT_HOST, /],
  [{ DRETT_HOST: "0.0.0.0" }, /^DRETT_HOST: host is 0\.0\.0\.0, which others can reach.*use 127\.0\.0\.1/],
  [{ DRETT_HOST: "::" }, /others can reach/],
  [{ DRETT_HOST: "" }, /others can reach/],
  [{ DRETT_HOST: "drett.lab" }, /others can reach/],
  [{ DRETT_HOST: "127.0.0.1.drett.lab" }, /others can reach/],
  [{ DRETT_PORT: "65536" }, /^DRETT_PORT is "65536": use a whole number from 0 to 65535/],
  [{ DRETT_PORT: "-1" }, /^DRETT_PORT is "-1"/],
  [{ DRETT_PORT: "80.5" }, /^DRETT_PORT is "80\.5"/],
  [{ DRETT_PORT: "" }, /^DRETT_PORT is ""/],
  [{ DRETT_PORT: "0x50" }, /^DRETT_PORT is "0x50"/],
  [{ DRETT_LOG_LEVEL: "loud" }, /^DRETT_LOG_LEVEL is "loud": use one of trace, debug, /],
  [{ DRETT_SWEEP: "0s" }, /^DRETT_SWEEP is "0s": use a duration such as 30s or 1h30m, from 1s to 1h/],
  [{ DRETT_SWEEP: "5" }, /^DRETT_SWEEP is "5": use a duration/],
  [{ DRETT_IDLE_TIMEOUT: "1h1s" }, /^DRETT_IDLE_TIMEOUT is "1h1s": use a duration/],
  [{ DRETT_STOP_TIMEOUT: "" }, /^DRETT_STOP_TIMEOUT is "": use a duration/],
  [{ DRETT_LOGGING: "" }, /^DRETT_LOGGING is "": use a path/],
];
for (const [env, message] of VARIABLES) {
  test(`${JSON.stringify(env)} is refused, saying what to do`, async (t) => {
    assert.match(await refusalOf(t, {}, env), message);
  });
}

const FILES: readonly (readonly [yaml: string, message: RegExp])[] = [
  ["host: 127.0.0.1\nprot: 1\n", /^config\.yaml:2: prot is not a setting; did you mean port\?$/],
  ["colour: red\n", /^config\.yaml:1: colour is not a setting; known here are host, port, .*flask_config$/],
  ["constructor: 1\n", /^config\.yaml:1: constructor is not a setting/],
  ["\n\nport: http\n", /^config\.yaml:3: port is "http": use a whole number from 0 to 65535$/],
  ["port: 80.5\n", /^config\.yaml:1: port is 80\.5/],
  ["port:\n", /^config\.yaml:1: port is null/],
  ["hosts: [a, 1]\n", /^config\.yaml:1: hosts is \["a",1\]: use a list of texts/],
  ["host: 2014\n", /^config\.yaml:1: host is 2014: use text; .* needs quotes/],
  ["sweep: 5\n", /^config\.yaml:1: sweep is 5: use a duration such as 30s/],
  ["host: 0.0.0.0\n", /^config\.yaml:1: host is 0\.0\.0\.0, which others can reach/],
  ["[]\n", /^config\.yaml:1: the file must be a mapping of names to values/],
  ["store: sqlite\n", /^config\.yaml:1: store must be a mapping of names to values/],
  ["port: 1\nport: 2\n", /^config\.yaml:2: this is no YAML: Map keys must be unique/],
  ["port: [1\n", /^config\.yaml:\d+: this is no YAML: /],
  ["port: *nowhere\n", /^config\.yaml(:1)?: .*nowhere/],
  ["store: {directori: x}\n", /^config\.yaml:1: store\.directori is not a setting; did you mean directory\?/],
  ["store:\n  config: sqlite.yaml\n", /^config\.yaml:2: there is no file sqlite\.yaml/],
];
for (const [yaml, message] of FILES) {
  test(`${JSON.stringify(yaml)} is refused, naming file and line`, async (t) => {
    assert.match(await refusalOf(t, { "config.yaml": yaml }), message);
  });
}

test("the settings of the store stand in its file or beside its name, and not in both", async (t) => {
  const inFile = { "config.yaml": "store: {config: s.yaml}\n", "s.yaml": "\ndirectory: data\n" };
  const config = await configured(t, inFile);
  assert.equal(originOf(config, "store.directory"), "s.yaml:2");
  const beside = await configured(t, { "config.yaml": "store:\n  directory: data\n" });
  assert.equal(originOf(beside, "store.directory"), "config.yaml:2");
  const variable = await configured(t, inFile, { DRETT_STORE_DIRECTORY: "/var/lib/drett" });
  assert.equal(originOf(variable, "store.directory"), "DRETT_STORE_DIRECTORY");
  const both = { ...inFile, "config.yaml": "store:\n  config: s.yaml\n  directory: data\n" };
  assert.match(
    await refusalOf(t, both),
    /^s\.yaml:2: directory is said at config\.yaml:3 already: keep one of the two$/,
  );
  const typo = { ...inFile, "s.yaml": "directry: data\n" };
  assert.match(await refusalOf(t, typo), /^s\.yaml:1: directry is not a setting; did you mean directory\?$/);
});

test("what belongs to the client or to others is left alone", async (t) => {
  const env = {
    DRETT_URL: "x",
    DRETT_API_KEY: "x",
    DRETT_OWNER: "x",
    DRETT_TEST_FUZZ_RUNS: "1",
    DRETT_MANY_MINUTES: "1",
    DRETT_CAMPAIGN_MINUTES: "1",
    PORT: "1",
  };
  const { shown } = await configured(t, {}, env);
  assert.ok(shown.every(({ origin }) => origin === "default"));
});

test("a refusal of a client's variable does not show its value", async (t) => {
  assert.doesNotMatch(await refusalOf(t, {}, { DRETT_API_KEYS: "secret" }), /secret/);
});

test("the server's entry is plain JavaScript that an older Node can read", () => {
  const text = readFileSync(new URL("../../bin/drett-server.js", import.meta.url), "utf8");
  assert.match(text, /process\.versions\.node/);
  assert.doesNotMatch(
    text,
    /^import .*\.ts"/m,
    "what is imported at the top is read before the version is looked at",
  );
});

test("a directory that is not there has nothing to say", async () => {
  const { shown } = await readConfig("/nonexistent/drett", {});
  assert.ok(shown.every(({ origin }) => origin === "default"));
});
