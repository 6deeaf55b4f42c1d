import { type OpenedProvider, testProvider } from "@drett/conformance";
import {
  type FakeCloudOptions,
  type FakeCloudSettings,
  fakeCloudProvider,
  startFakeCloud,
} from "../src/index.ts";

const NOBODY = { by: "test", faults: new Map() };

/** A cloud for each test, with what a test needs to do past the provider. */
async function open(
  settings: Pick<FakeCloudSettings, "findable" | "identity">,
  options: FakeCloudOptions = {},
): Promise<OpenedProvider> {
  const { url, cloud, faults, close } = await startFakeCloud({ accounts: ["eu-1"], ...options });
  const provider = fakeCloudProvider({
    url,
    account: "main",
    caller: "drett",
    tag: "drett",
    lag: 0,
    ...settings,
  });
  const create = (id: string, isProtected = false) =>
    cloud.create("eu-1", { name: id, tags: { drett: id }, isProtected }, NOBODY).instance.id;
  const remove = (id: string) => void cloud.delete("eu-1", id, undefined, NOBODY);
  return {
    provider,
    about: { scope: "eu-1", type: "vm" },
    create: async (id) => create(id),
    remove: async (externalId) => remove(externalId),
    exists: async (externalId) => cloud.instances.some(({ id }) => id === externalId),
    async createStubborn(id) {
      faults.add({ on: "delete", fault: "never-gone", ms: 500 });
      return create(id);
    },
    createDenied: async (id) => create(id, true),
    async createReplaced(id) {
      const former = create(id);
      remove(former);
      const name = options.ids === "named" ? former : "another";
      const successor = cloud.create("eu-1", { name, tags: { drett: "another" } }, NOBODY).instance.id;
      return { former, successor };
    },
    blind() {
      for (const on of ["account", "describe", "list", "delete"] as const)
        faults.add({ on, fault: "denied", chance: 1 });
    },
    stall() {
      for (const on of ["account", "describe", "list", "delete"] as const)
        faults.add({ on, fault: "slow", chance: 1, ms: 600_000 });
    },
    dispose: close,
  };
}

testProvider("fake cloud", () => open({ findable: "searched", identity: "unique" }));

testProvider("fake cloud that uses ids again", () =>
  open({ findable: "searched", identity: "guarded" }, { ids: "reused" }),
);

testProvider(
  "fake cloud in which names are ids",
  () => open({ findable: "named", identity: "guarded" }, { ids: "named" }),
  {
    deviations: [
      "find: finds both that carry the id",
      "free: takes one of two that carry the same id",
      "list: lists both that carry one id",
    ].map((test) => ({ test, reason: "of one name there is one thing at a time" })),
  },
);
