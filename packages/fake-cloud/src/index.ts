import { PROVIDER_API, providerPlugin } from "@drett/core";
import { fakeCloudProvider } from "./provider.ts";
import { SETTINGS } from "./settings.ts";

export { Cloud, type CloudOptions } from "./cloud.ts";
export { FAULTS, type Fault, type FaultKind, type Operation } from "./faults.ts";
export type { Instance, InstancePage, Plan } from "./instance.ts";
export type { Event, Injected, JournalEntry } from "./journal.ts";
export { type FakeCloudSettings, fakeCloudProvider } from "./provider.ts";
export { type FakeCloud, type FakeCloudOptions, startFakeCloud } from "./serve.ts";

export const plugin = providerPlugin({
  api: PROVIDER_API,
  settings: SETTINGS,
  async open({ url, ...settings }) {
    if (url === undefined || !URL.canParse(url))
      throw new Error(`url is ${url ?? "missing"}: say where the cloud answers`);
    return fakeCloudProvider({ url, ...settings });
  },
});
