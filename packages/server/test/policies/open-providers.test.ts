import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { readProviders } from "../../src/config/providers.ts";
import { closeProviders, openProviders, providerFor } from "../../src/policies/open-providers.ts";
import { configured } from "../config/configured.ts";
import { PLUGIN, provided } from "./provided.ts";

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

test("providers are opened with their settings and the directory, and closed", async (t) => {
  const { opening, told } = await opened(t, "settings: {}");
  const providers = await opening;
  assert.deepEqual(
    providers.map(({ name, types, provider }) => [name, types, provider.name]),
    [
      ["one", ["vm"], "made"],
      ["two", ["disk"], "made"],
      ["three", ["port"], "made"],
    ],
  );
  assert.deepEqual(told.splice(0), [
    "opened with 7 in DIR",
    "opened with 10 in DIR",
    "opened with 10 in DIR",
  ]);
  await closeProviders(providers);
  assert.deepEqual(told, ["closed", "closed", "closed"]);
});

test("where one cannot be opened, it is named, and those that were opened are closed", async (t) => {
  const { opening, told } = await opened(t, "settings: {fails: opening}");
  await assert.rejects(opening, {
    name: "ConfigRefused",
    message: /providers\.yaml:3: provider two: grace cannot be used$/,
  });
  assert.deepEqual(told, ["opened with 7 in DIR", "closed"]);
});

test("one that does not close keeps no other from it, and is told", async (t) => {
  const { opening, told } = await opened(t, "settings: {fails: closing}");
  const providers = await opening;
  told.length = 0;
  await assert.rejects(closeProviders(providers), /it does not close/);
  assert.deepEqual(told, ["closed", "closed", "closed"]);
});

test("a provider is found by type and scope", () => {
  const [here, there, anywhere] = [
    provided("here", ["vm"], { scopes: ["a", "b"] }),
    provided("there", ["vm"], { scopes: ["c"] }),
    provided("anywhere", ["disk"]),
  ];
  const find = (type: string, scope?: string) => providerFor([here, there, anywhere], { type, scope });
  assert.equal(find("vm", "b"), here.provider);
  assert.equal(find("vm", "c"), there.provider);
  assert.equal(find("disk", "a"), anywhere.provider);
  assert.equal(find("disk"), anywhere.provider);
  assert.equal(find("vm", "d"), undefined);
  assert.equal(find("vm"), undefined);
  assert.equal(find("port", "a"), undefined);
});
