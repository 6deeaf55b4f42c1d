import assert from "node:assert/strict";
import { test } from "node:test";
import type { Serving } from "@drett/core";
import { refuseUnserved } from "../../src/policies/refuse-unserved.ts";
import { BUDGET, policiesOf, serving } from "./provided.ts";

const PROVIDERS = [
  serving("builders", ["vm", "volume"], { scopes: ["host-1", "host-2"] }),
  serving("disks", ["disk"], { identity: "guarded" }),
  serving("pids", ["process"], { identity: "reused" }),
  serving("tapes", ["tape"], { looks: false }),
];

const one = (match: string, mode = "auto") => `policies:\n  p: {match: ${match}, mode: ${mode}, ${BUDGET}}\n`;

const REFUSED: readonly (readonly [what: string, yaml: string, providers: Serving[], message: RegExp])[] = [
  [
    "nobody to do it",
    one("{type: vm}"),
    [],
    /^policies\.yaml:2: policy p is to free, and nobody is there .*`providers`$/,
  ],
  [
    "a misspelt type",
    one("{type: volum}"),
    PROVIDERS,
    /^policies\.yaml:2: policy p names the type "volum", which no provider serves; did you mean "volume"\?$/,
  ],
  [
    "a type of nobody",
    one("{type: [vm, stack]}", "ask"),
    PROVIDERS,
    /the type "stack", which no provider serves; there are vm, volume, disk, process, tape$/,
  ],
  [
    "a misspelt scope",
    one("{type: vm, scope: [host-1, hots-2]}"),
    PROVIDERS,
    /the scope "hots-2", which no provider serves; did you mean "host-2"\?$/,
  ],
  [
    "a type where it is not",
    one("{type: [disk, vm], scope: host-3}"),
    PROVIDERS,
    /names vm in host-3, where no provider frees it$/,
  ],
  [
    "identities that are reused",
    one("{type: process}"),
    PROVIDERS,
    /policy p cannot be auto: pids frees process by external ids that may come to mean another thing: use `mode: ask`/,
  ],
  ["everything, and so what is reused", one("everything"), PROVIDERS, /policy p cannot be auto: pids/],
  [
    "what its provider cannot look at",
    one("{type: tape}", "ask"),
    PROVIDERS,
    /policy p would free nothing: tapes cannot look at what it frees: use `mode: observe`$/,
  ],
];
for (const [what, yaml, providers, message] of REFUSED) {
  test(`a policy with ${what} is refused`, async (t) => {
    const policies = await policiesOf(t, yaml);
    assert.throws(() => refuseUnserved(policies, providers), { name: "ConfigRefused", message });
  });
}

for (const [what, yaml] of [
  ["that only observes", one("{type: stack}", "observe")],
  ["that asks for what is reused", one("{type: process}", "ask")],
  ["for what is guarded", one("{type: disk, scope: anywhere}")],
  ["for what is unique", one("{type: [vm, volume], scope: [host-1]}")],
  [
    "for everything, behind one that takes what is reused",
    `policies:
  first: {match: {type: process}}
  second: {match: everything, mode: auto, ${BUDGET}}
`,
  ],
] as const) {
  test(`a policy ${what} is accepted`, async (t) => refuseUnserved(await policiesOf(t, yaml), PROVIDERS));
}
