import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { MemoryStore } from "@drett/core";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import { loadPlugin } from "../../src/config/load-plugin.ts";
import { temporaryDirectory } from "../support/child-server.ts";
import { configured } from "./configured.ts";

const PLUGIN = `export const plugin = {
  api: 2,
  settings: { colour: { type: "choice", of: ["red", "blue"], default: "red", meaning: "a colour" } },
  open: async (settings, opening) => ({ name: settings.colour, role: opening.role }),
};`;

/** A directory of a configuration with these files in it. */
function withFiles(t: TestContext, files: { readonly [name: string]: string }): string {
  const directory = temporaryDirectory(t);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

const packageOf = (name: string, code: string) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, type: "module", exports: "./index.js" }),
  [`node_modules/${name}/index.js`]: code,
});

const FOUND: readonly (readonly [use: string, files: { readonly [name: string]: string }])[] = [
  ["./mine.mjs", { "mine.mjs": PLUGIN }],
  ["./mine", { "mine/package.json": '{"type": "module", "main": "store.js"}', "mine/store.js": PLUGIN }],
  ["colours", packageOf("colours", PLUGIN)],
  ["colours", packageOf("@drett/store-colours", PLUGIN)],
  ["@somebody/drett-colours", packageOf("@somebody/drett-colours", PLUGIN)],
];
for (const [use, files] of FOUND) {
  test(`${use} is found as ${Object.keys(files).at(-1)}`, async (t) => {
    const plugin = await loadPlugin("store", use, withFiles(t, files), "here");
    assert.deepEqual(Object.keys(plugin.settings), ["colour"]);
  });
}

test("a package of ours comes before one that is merely called so", async (t) => {
  const directory = withFiles(t, {
    ...packageOf("colours", ""),
    ...packageOf("@drett/store-colours", PLUGIN),
  });
  assert.ok((await loadPlugin("store", "colours", directory, "here")).open);
});

test("the store that comes along is found from anywhere", async () => {
  assert.ok("directory" in (await loadPlugin("store", "sqlite", "/nonexistent", "here")).settings);
});

const REFUSED: readonly (readonly [
  use: string,
  files: { readonly [name: string]: string },
  message: RegExp,
])[] = [
  ["colours", {}, /^here: store colours: this package is not installed: npm install @drett\/store-colours/],
  [
    "@some/colours",
    {},
    /^here: store @some\/colours: this package is not installed: npm install @some\/colours/,
  ],
  ["./nowhere", {}, /^here: store \.\/nowhere: there is nothing at this path/],
  ["/nowhere", {}, /there is nothing at this path/],
  [
    "./mine.mjs",
    { "mine.mjs": "export const plugins = 1;" },
    /exports no `plugin`; docs\/writing-a-store\.md/,
  ],
  ["./mine.mjs", { "mine.mjs": "export const plugin = {};" }, /exports no `plugin`/],
  [
    "./mine.mjs",
    { "mine.mjs": PLUGIN.replace("api: 2", "api: 3") },
    /written for version 3 of the plug-in interface, and this drett has version 2: install a version of it/,
  ],
  [
    "./mine.mjs",
    { "mine.mjs": PLUGIN.replace("api: 2", 'api: 2, kind: "provider"') },
    /this is a provider, and a store is wanted here/,
  ],
  [
    "./mine.mjs",
    { "mine.mjs": 'import "not-here";' },
    /needs a package that is missing: npm install not-here/,
  ],
  ["./mine.mjs", { "mine.mjs": "export const plugin = ;" }, /^here: store \.\/mine\.mjs: .*token/],
];
for (const [use, files, message] of REFUSED) {
  test(`${use} with ${JSON.stringify(files)} is refused, saying what to do`, async (t) => {
    await assert.rejects(
      loadPlugin("store", use, withFiles(t, files), "here"),
      (error) => error instanceof ConfigRefused && message.test(error.message),
    );
  });
}

const PROVIDER = PLUGIN.replace("api: 2", 'api: 1, kind: "provider"');

test("a provider is found by the name of its package", async (t) => {
  const directory = withFiles(t, packageOf("@drett/provider-colours", PROVIDER));
  assert.ok("colour" in (await loadPlugin("provider", "colours", directory, "here")).settings);
});

for (const [code, message] of [
  [PLUGIN, /here: provider \.\/mine\.mjs: this is a store, and a provider is wanted here/],
  [PROVIDER.replace("api: 1", "api: 2"), /written for version 2 of the .*, and this drett has version 1/],
  ["", /exports no `plugin`; docs\/policies\.md/],
] as const) {
  test(`a provider with ${JSON.stringify(code)} is refused, saying what to do`, async (t) => {
    const directory = withFiles(t, { "mine.mjs": code });
    await assert.rejects(loadPlugin("provider", "./mine.mjs", directory, "here"), message);
  });
}

test("a provider that is not installed is refused, saying how to install it", async () => {
  await assert.rejects(
    loadPlugin("provider", "colours", "/nonexistent", "here"),
    /^ConfigRefused: here: provider colours: .*npm install @drett\/provider-colours/,
  );
});

test("its settings are read like those of the server, and it is opened with them", async (t) => {
  const files = { "config.yaml": "store: {use: ./mine.mjs, colour: blue}\n", "mine.mjs": PLUGIN };
  const { openStore } = await configured(t, files);
  const opened = await openStore({ role: "guest", warn() {} });
  assert.deepEqual({ ...opened }, { name: "blue", role: "guest" });
  assert.ok(!(opened instanceof MemoryStore));
});
