import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readProviders } from "../../src/config/providers.ts";
import { PLUGIN } from "../policies/provided.ts";
import { configured } from "./configured.ts";

async function read(t: TestContext, providers: string) {
  const config = await configured(t, {
    "config.yaml": "providers: providers.yaml\n",
    "providers.yaml": providers,
    "made.mjs": PLUGIN,
  });
  const short = (text: string) => text.replaceAll(`${config.directory}/`, "");
  try {
    return (await readProviders(config)).map(({ plugin, where, ...one }) => ({
      ...one,
      where: short(where),
    }));
  } catch (error) {
    (error as Error).message = short((error as Error).message);
    throw error;
  }
}

test("a provider is read with its types, its scopes and its settings", async (t) => {
  const yaml = `providers:
  builders: {use: ./made.mjs, types: vm}
  hosts:
    use: ./made.mjs
    types: [process, container]
    scopes: [host-1]
    settings: {grace: 5s, token: hunter2}
`;
  const values = { grace: 10, identity: "unique", findable: "no", fails: "", token: undefined };
  assert.deepEqual(await read(t, yaml), [
    { name: "builders", where: "providers.yaml:2", types: ["vm"], values },
    {
      name: "hosts",
      where: "providers.yaml:3",
      types: ["process", "container"],
      scopes: ["host-1"],
      values: { ...values, grace: 5, token: "hunter2" },
    },
  ]);
});

test("without a file, and with an empty one, there is no provider", async (t) => {
  assert.deepEqual(await readProviders(await configured(t, {})), []);
  assert.deepEqual(await read(t, "providers:\n"), []);
});

const one = (text: string) => `providers:\n  p: {${text}}\n`;
const two = (first: string, second: string) =>
  `providers:\n  p: {use: ./made.mjs, ${first}}\n  q: {use: ./made.mjs, ${second}}\n`;

const REFUSED: readonly (readonly [yaml: string, message: RegExp])[] = [
  ["provider: {}\n", /^providers\.yaml:1: provider is not a setting; did you mean providers\?$/],
  ["providers:\n  P: {}\n", /^providers\.yaml:2: "P" is no name of a provider: use 1 to 63 of a-z/],
  [one("types: [vm]"), /^providers\.yaml:2: providers\.p has no use: write such as `use: process`/],
  [one("use: ./made.mjs"), /^providers\.yaml:2: providers\.p has no types: write what it frees/],
  [one("use: ./made.mjs, types: []"), /^providers\.yaml:2: types is \[\]: use a text or a list of texts/],
  [one("use: ./made.mjs, types: vm, scopes: []"), /scopes is \[\]: use a text or a list/],
  [one("use: ./made.mjs, types: vm, scopes:"), /scopes is null: use a text or a list/],
  [one("use: ./made.mjs, type: vm"), /providers\.p\.type is not a setting; did you mean types\?$/],
  [one("use: 5, types: vm"), /^providers\.yaml:2: use is 5: use text/],
  [one("use: colours, types: vm"), /provider colours: .*npm install @drett\/provider-colours/],
  [
    one("use: ./made.mjs, types: vm, settings: {grcae: 1s}"),
    /providers\.p\.settings\.grcae is not a setting; did you mean grace\?$/,
  ],
  [one("use: ./made.mjs, types: vm, settings: {grace: 2m}"), /^providers\.yaml:2: grace is "2m": use a dur/],
  [one("use: ./made.mjs, types: vm, settings: {token: 77}"), /token is not what it must be/],
  [
    two("types: [vm, disk]", "types: [disk]"),
    /^providers\.yaml:3: q and p \(providers\.yaml:2\) both free disk in every scope: give each its own/,
  ],
  [two("types: vm, scopes: [a, b]", "types: vm, scopes: [c, b]"), /q and p .* both free vm in b/],
  [two("types: vm, scopes: [a]", "types: vm"), /both free vm in a/],
  [two("types: vm", "types: vm, scopes: [a]"), /both free vm in a/],
];
for (const [yaml, message] of REFUSED) {
  test(`${JSON.stringify(yaml)} is refused, naming file, line and what to write`, async (t) => {
    await assert.rejects(read(t, yaml), { name: "ConfigRefused", message });
  });
}

test("two may free one type in scopes of their own, and types of their own in one scope", async (t) => {
  assert.equal((await read(t, two("types: vm, scopes: a", "types: vm, scopes: b"))).length, 2);
  assert.equal((await read(t, two("types: vm, scopes: a", "types: disk, scopes: a"))).length, 2);
});
