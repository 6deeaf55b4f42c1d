import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readProviders } from "../../src/config/providers.ts";
import { closeProviders, openProviders } from "../../src/policies/open-providers.ts";
import { configured } from "../config/configured.ts";
import { PLUGIN } from "./provided.ts";

async function opened(t: TestContext, second: string) {
  const config = await configured(t, {
    "config.yaml": "providers: providers.yaml\n",
    "providers.yaml": `providers:
  one: {use: ./made.mjs, types: vm, settings: {grace: 7s}}
  two: {use: ./made.mjs, types: disk, ${second}}
  three: {use: ./made.mjs, types: port}
`,
    "made.mjs": PLUGIN,
  });
  const told: string[] = [];
  const { directory } = config;
  const warn = (message: string) => told.push(message.replace(directory, "DIR"));
  const opening = openProviders(await readProviders(config), { directory, warn });
  return { opening, told };
}

test("providers are opened with their settings and the directory, and closed, and what they warn of names them", async (t) => {
  const { opening, told } = await opened(t, "settings: {}");
  const providers = await opening;
  assert.deepEqual(
    providers.map(({ name, types, looks, provider }) => [name, types, looks, provider.name]),
    [
      ["one", ["vm"], true, "made"],
      ["two", ["disk"], true, "made"],
      ["three", ["port"], true, "made"],
    ],
  );
  assert.deepEqual(told.splice(0), [
    "provider one: opened with 7 in DIR",
    "provider two: opened with 10 in DIR",
    "provider three: opened with 10 in DIR",
  ]);
  await closeProviders(providers);
  assert.deepEqual(told, ["provider one: closed", "provider two: closed", "provider three: closed"]);
});

test("where one cannot be opened, it is named, and those that were opened are closed", async (t) => {
  const { opening, told } = await opened(t, "settings: {fails: opening}");
  await assert.rejects(opening, {
    name: "ConfigRefused",
    message: /providers\.yaml:3: provider two: grace cannot be used$/,
  });
  assert.deepEqual(told, ["provider one: opened with 7 in DIR", "provider one: closed"]);
});

test("one that does not close keeps no other from it, and is told", async (t) => {
  const { opening, told } = await opened(t, "settings: {fails: closing}");
  const providers = await opening;
  told.length = 0;
  await assert.rejects(closeProviders(providers), /it does not close/);
  assert.deepEqual(told, ["provider one: closed", "provider two: closed", "provider three: closed"]);
});

for (const [settings, fault] of [
  ["identity: certain", "its `identity` is none of unique, guarded, reused"],
  ["findable: perhaps", "its `findable` is none of named, searched, no"],
  ["findable: searched", "its `findable` is searched, and `find` is missing"],
] as const) {
  test(`a plug-in with ${settings} is refused, and closed`, async (t) => {
    const { opening, told } = await opened(t, `settings: {${settings}}`);
    await assert.rejects(opening, (error: Error) =>
      error.message.endsWith(`providers.yaml:3: provider two: this plug-in is at fault: ${fault}`),
    );
    assert.deepEqual(told.slice(2), ["provider one: closed", "provider two: closed"]);
  });
}
