import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import { loadPolicies } from "../../src/config/policies.ts";
import { configured } from "./configured.ts";

async function read(t: TestContext, policies: string) {
  const config = await configured(t, {
    "config.yaml": "policies: policies.yaml\n",
    "policies.yaml": policies,
  });
  const short = (text: string) => text.replaceAll(`${config.directory}/`, "");
  try {
    return loadPolicies(config).map((policy) => ({ ...policy, where: short(policy.where) }));
  } catch (error) {
    if (error instanceof ConfigRefused) error.message = short(error.message);
    throw error;
  }
}

const FULL = `
policies:
  ci-leftovers:
    match: {application: ci, type: [vm, volume], scope: host-1, labels: {stage: test}}
    mode: auto
    grace: 20m
    never_created: settle
    attempts: {most: 3, limit: 2m, first_pause: 10s, longest_pause: 10m, stuck_pause: 12h}
    budget: {count: 20, percent: 10, window: 10m}
    start_freeze: 0s
    settle: 20s
    new: true
  rest:
    match: everything
`;

test("all of a policy is read, and what is left out has its default, which frees nothing", async (t) => {
  assert.deepEqual(await read(t, FULL), [
    {
      name: "ci-leftovers",
      where: "policies.yaml:3",
      match: { application: ["ci"], type: ["vm", "volume"], scope: ["host-1"], labels: { stage: "test" } },
      mode: "auto",
      graceSeconds: 1_200,
      settlesNeverCreated: true,
      attempts: {
        most: 3,
        limitSeconds: 120,
        firstPauseSeconds: 10,
        longestPauseSeconds: 600,
        stuckPauseSeconds: 43_200,
      },
      budget: { count: 20, percent: 10, windowSeconds: 600 },
      startFreezeSeconds: 0,
      settleSeconds: 20,
      isNew: true,
    },
    {
      name: "rest",
      where: "policies.yaml:13",
      match: {},
      mode: "observe",
      graceSeconds: 900,
      settlesNeverCreated: false,
      attempts: {
        most: 50,
        limitSeconds: 300,
        firstPauseSeconds: 20,
        longestPauseSeconds: 1_800,
        stuckPauseSeconds: 86_400,
      },
      budget: { count: 0, percent: 0, windowSeconds: 86_400 },
      startFreezeSeconds: 300,
      settleSeconds: 30,
      isNew: false,
    },
  ]);
});

test("without a file, and with an empty one, there is no policy", async (t) => {
  assert.deepEqual(loadPolicies(await configured(t, {})), []);
  assert.deepEqual(await read(t, "policies:\n"), []);
});

test("a budget of zero is kept as zero", async (t) => {
  const [only] = await read(t, policy("mode: auto, budget: {count: 0, percent: 0, window: 10s}"));
  assert.deepEqual(only?.budget, { count: 0, percent: 0, windowSeconds: 10 });
});

test("a file that is not there is refused, naming who asks for it", async (t) => {
  const config = await configured(t, { "config.yaml": "\npolicies: policies.yaml\n" });
  assert.throws(() => loadPolicies(config), /config\.yaml:2: there is no file .*policies\.yaml$/);
});

/** A file whose second line is a policy that matches the application ci, and says this. */
const policy = (text: string) => `policies:\n  p: {match: {application: ci}, ${text}}\n`;
const matching = (match: string) => `policies:\n  p: {match: ${match}}\n`;
const AUTO = "mode: auto, budget: {count: 1, percent: 1, window: 10m}";

const REFUSED: readonly (readonly [yaml: string, message: RegExp])[] = [
  ["polices: {}\n", /^policies\.yaml:1: polices is not a setting; did you mean policies\?$/],
  ["policies: [a]\n", /^policies\.yaml:1: policies must be a mapping of names to values$/],
  ["policies: {p: auto}\n", /^policies\.yaml:1: policies\.p must be a mapping/],
  ["policies:\n  CI: {}\n", /^policies\.yaml:2: "CI" is no name of a policy: use 1 to 63 of a-z/],
  ["policies:\n  p: {}\n  p: {}\n", /^policies\.yaml:3: this is no YAML: Map keys must be unique/],
  [policy("grcae: 1m"), /^policies\.yaml:2: policies\.p\.grcae is not a setting; did you mean grace\?$/],
  [policy("mode: automatic"), /^policies\.yaml:2: mode is "automatic": use one of observe, ask, auto$/],
  [policy("grace: 15"), /^policies\.yaml:2: grace is 15: use a duration such as .*, from 0s to 30d$/],
  [policy("grace:"), /^policies\.yaml:2: grace is null: use a duration/],
  [policy("never_created: yes"), /never_created is "yes": use one of propose, settle$/],
  [policy("settle: 0s"), /settle is "0s": use a duration .*, from 1s to 1h$/],
  [policy("settle: 5m"), /^policies\.yaml:2: settle of p is not below attempts\.limit/],
  [policy("attempts: {limit: 20s}"), /settle of p is not below attempts\.limit/],
  [policy("start_freeze: 2d"), /start_freeze is "2d": use a duration .*, from 0s to 1d$/],
  [policy("new: maybe"), /new is "maybe": use true or false$/],
  [policy("attempts: {most: 0}"), /most is 0: use a whole number from 1 to 100$/],
  [policy("attempts: {limit: 4s}"), /limit is "4s": use a duration .*, from 5s to 1h$/],
  [policy("attempts: {first_pause: 0s}"), /first_pause is "0s"/],
  [policy("attempts: {longest_pause: 10s}"), /first_pause is longer than longest_pause/],
  [policy("attempts: {stuck_pause: 59s}"), /stuck_pause is "59s": use a duration .*, from 1m to 30d$/],
  [policy("attempts: {mots: 1}"), /policies\.p\.attempts\.mots is not a setting; did you mean most\?$/],
  [policy("budget: {count: -1}"), /count is -1: use a whole number from 0 to 1000000$/],
  [policy("budget: {count: many}"), /count is "many"/],
  [policy("budget: {percent: 101}"), /percent is 101: use a whole number from 0 to 100$/],
  [policy("budget: {window: 9s}"), /window is "9s": use a duration .*, from 10s to 1d$/],
  [policy("budget: {cuont: 1}"), /policies\.p\.budget\.cuont is not a setting; did you mean count\?$/],
  [
    policy("mode: auto"),
    /^policies\.yaml:2: policies\.p is to free without a budget of count and percent and window: write such as `budget: \{count: 20, percent: 10, window: 10m\}`$/,
  ],
  [policy("mode: ask, budget: {count: 20, window: 10m}"), /without a budget of percent:/],
  [
    policy("mode: ask, budget: {count: 0, percent: 10, window: 10m}"),
    /^policies\.yaml:2: policies\.p asks, and its budget is zero: nothing could be freed by it, so write `mode: observe`$/,
  ],
  [policy("mode: ask, budget: {count: 20, percent: 0, window: 10m}"), /its budget is zero/],
  [policy("mode: auto, budget:"), /without a budget of count and percent and window/],
  [policy("mode: auto, budget: {count: , percent: 1, window: 10m}"), /count is null: use a whole number/],
  [
    "policies:\n  p: {mode: auto}\n",
    /policies\.p has no match: name one of application, .* `match: everything`$/,
  ],
  [matching("all"), /^policies\.yaml:2: match is "all": name one of/],
  [matching("{}"), /^policies\.yaml:2: match is empty: name one of/],
  [matching(""), /^policies\.yaml:2: match is empty: name one of/],
  [matching("[ci]"), /policies\.p\.match must be a mapping/],
  [
    matching("{aplication: ci}"),
    /policies\.p\.match\.aplication is not a setting; did you mean application\?$/,
  ],
  [matching("{application: }"), /application is null: use a text or a list of texts/],
  [matching("{application: []}"), /application is \[\]: use a text or a list of texts/],
  [matching('{application: ""}'), /application is "": use a text/],
  [matching("{owner: 2014}"), /owner is 2014: use a text .* needs quotes$/],
  [matching("{type: [vm, null]}"), /type is \["vm",null\]: use a text/],
  [matching("{labels: {}}"), /labels is \{\}: use a mapping of keys to texts/],
  [matching("{labels: {stage: 1}}"), /labels is \{"stage":1\}: use a mapping/],
  [matching('{labels: {"a b": c}}'), /labels is \{"a b":"c"\}: use a mapping/],
  [matching("{labels: stage}"), /policies\.p\.match\.labels must be a mapping/],
];
for (const [yaml, message] of REFUSED) {
  test(`${JSON.stringify(yaml)} is refused, naming file, line and what to write`, async (t) => {
    await assert.rejects(read(t, yaml), { name: "ConfigRefused", message });
  });
}

const two = (first: string, second: string) =>
  `policies:\n  first: {match: ${first}}\n  second: {match: ${second}, ${AUTO}}\n`;

for (const [first, second] of [
  ["everything", "{application: ci}"],
  ["{application: ci}", "{application: ci}"],
  ["{application: [ci, probe]}", "{application: ci, type: vm}"],
  ["{labels: {stage: test}}", "{application: ci, labels: {stage: test, team: a}}"],
] as const) {
  test(`a policy for ${second} behind one for ${first} could never apply, and is refused`, async (t) => {
    await assert.rejects(
      read(t, two(first, second)),
      /policies\.yaml:3: policy second can never apply, since first \(policies\.yaml:2\) matches all .*: move it before first$/,
    );
  });
}

for (const [first, second] of [
  ["{application: ci}", "everything"],
  ["{application: ci}", "{application: [ci, probe]}"],
  ["{application: ci, type: vm}", "{application: ci}"],
  ["{application: ci}", "{type: vm}"],
  ["{labels: {stage: test}}", "{labels: {stage: live}}"],
  ["{labels: {stage: test}}", "{application: ci}"],
] as const) {
  test(`a policy for ${second} behind one for ${first} is read`, async (t) => {
    assert.deepEqual(
      (await read(t, two(first, second))).map(({ name }) => name),
      ["first", "second"],
    );
  });
}
