import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import {
  type Deviation,
  type OpenedProvider,
  testProvider,
} from "../../../packages/conformance/src/index.ts";
import { readProviders } from "../../../packages/server/src/config/providers.ts";
import { readConfig } from "../../../packages/server/src/config/read-config.ts";
import { readCloud, type Tool, writeCloud } from "./imitate.ts";
import type { Cloud, Thing } from "./imitations/cloud.ts";

interface Trial {
  readonly externalId: (n: number) => string;
  readonly scope: string;
  readonly deviations?: readonly Deviation[];
}

/** As long as its own ids are. */
const hex = (n: number, length: number) => n.toString(16).padStart(length, "a0");

const NEVER_REUSED = [
  { test: "free: does not touch another one of its name", reason: "its ids are not used again" },
  { test: "look: says gone of what another one has the name of", reason: "its ids are not used again" },
];

const TRIALS: Readonly<Record<Tool, Trial>> = {
  docker: { scope: "build-1", externalId: (n) => hex(n, 64), deviations: NEVER_REUSED },
  aws: { scope: "eu-west-1", externalId: (n) => `i-${hex(n, 17)}`, deviations: NEVER_REUSED },
  openstack: {
    scope: "north",
    externalId: (n) => `${hex(n, 8)}-5c7e-4d1c-8f3a-2b9e7d5f4a31`,
    deviations: NEVER_REUSED,
  },
  kubectl: { scope: "ci", externalId: (n) => `worker-${n}` },
};

/** The provider of an example, as the server opens it, where the programs in a folder are the first on the PATH. */
async function openExample(tool: Tool, folder: string): Promise<OpenedProvider["provider"]> {
  const file = new URL(`../${tool}.yaml`, import.meta.url).pathname;
  const [chosen] = await readProviders(await readConfig(folder, { DRETT_PROVIDERS: file }));
  assert.ok(chosen);
  const { PATH } = process.env;
  process.env.PATH = [folder, PATH].join(delimiter);
  try {
    return await chosen.plugin.open(chosen.values, { directory: folder, warn: assert.fail });
  } finally {
    process.env.PATH = PATH;
  }
}

/** A tool of that name, in a folder of its own, and its cloud. */
function imitationOf(tool: Tool) {
  const folder = mkdtempSync(join(tmpdir(), `drett-${tool}-`));
  const [file, program] = [join(folder, "cloud.json"), join(folder, tool)];
  const module = JSON.stringify(new URL("./imitate.ts", import.meta.url));
  writeFileSync(
    program,
    `#!${process.execPath}\nimport(${module}).then((it) => it.imitate("${tool}", ${JSON.stringify(file)}));\n`,
  );
  chmodSync(program, 0o755);
  writeCloud(file, { things: {} });
  return { folder, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What `testProvider` needs: the example, with the imitation of its tool before all others on the PATH. */
async function open(tool: Tool): Promise<OpenedProvider> {
  const { scope, externalId } = TRIALS[tool];
  const { folder, file, remove } = imitationOf(tool);
  const change = async (how: (cloud: Cloud) => void) => {
    const cloud = readCloud(file);
    how(cloud);
    writeCloud(file, cloud);
  };
  let made = 0;
  const create = async (id: string, more: Partial<Thing> = {}) => {
    const name = externalId(++made);
    await change(({ things }) => {
      things[name] = { id, ...more };
    });
    return name;
  };
  return {
    provider: await openExample(tool, folder),
    about: { scope },
    create: (id) => create(id),
    createDenied: (id) => create(id, { isProtected: true }),
    createStubborn: (id) => create(id, { isBusy: true }),
    async createReplaced() {
      const name = await create("other");
      return { former: name, successor: name };
    },
    remove: (name) =>
      change(({ things }) => {
        delete things[name];
      }),
    // What is shutting down, or terminated, is on its way without us.
    async exists(name) {
      const thing = readCloud(file).things[name];
      return thing !== undefined && thing.state === undefined;
    },
    blind: () =>
      change((cloud) => {
        cloud.isDark = true;
      }),
    stall: () =>
      change((cloud) => {
        cloud.isStalled = true;
      }),
    dispose: remove,
  };
}

const about = { type: "thing", owner: "jo", application: "probe", since: 0, id: "d1" };
const { signal } = new AbortController();

for (const [tool, { scope, deviations }] of Object.entries(TRIALS) as [Tool, Trial][]) {
  testProvider(`example ${tool}.yaml`, () => open(tool), deviations && { deviations });

  test(`example ${tool}.yaml says present of nothing that carries another drett id`, async (t) => {
    const { provider, create, dispose } = await open(tool);
    t.after(() => dispose?.());
    const externalId = await create("other");
    const looked = await provider.look?.({ ...about, scope, externalId }, signal);
    assert.match(looked?.answer ?? "", /^(gone|cannot-tell)$/);
  });
}

test("example aws.yaml hands nothing to the command that it would take for a list or a file", async (t) => {
  const { provider, dispose } = await open("aws");
  t.after(() => dispose?.());
  for (const externalId of ['["i-1","i-2"]', "file:///etc/hostname"]) {
    const freed = await provider.free({ ...about, scope: "eu-west-1", externalId }, signal);
    assert.match("reason" in freed ? freed.reason : "", /does not begin with i-/);
  }
});
