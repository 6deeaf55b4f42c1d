import type { TestContext } from "node:test";
import type { Provider, Serving } from "@drett/core";
import { loadPolicies, type WrittenPolicy } from "../../src/config/policies.ts";
import { configured } from "../config/configured.ts";

/** The code of a provider plug-in, which tells through the warnings when it is opened and closed. */
export const PLUGIN = `export const plugin = {
  api: 1,
  kind: "provider",
  settings: {
    grace: { type: "duration", least: 1, most: 60, default: 10, meaning: "how long" },
    identity: { type: "text", default: "unique", meaning: "how it is named" },
    findable: { type: "text", default: "no", meaning: "how it is found" },
    fails: { type: "text", default: "", meaning: "in what" },
    token: { type: "text", secret: true, meaning: "a secret" },
  },
  open: async ({ grace, identity, findable, fails }, { directory, warn }) => {
    if (fails === "opening") throw new Error("grace cannot be used");
    warn("opened with " + grace + " in " + directory);
    return {
      name: "made",
      identity,
      findable,
      sees: async () => ({ answer: "yes" }),
      free: async () => ({ answer: "accepted" }),
      look: async () => ({ answer: "gone" }),
      close: async () => {
        warn("closed");
        if (fails === "closing") throw new Error("it does not close");
      },
    };
  },
};`;

export function serving(name: string, types: readonly string[], more: Partial<Serving> = {}): Serving {
  const provider: Provider = {
    name: "made",
    identity: "unique",
    findable: "no",
    sees: async () => ({ answer: "yes" }),
    free: async () => ({ answer: "accepted" }),
  };
  return { name, types, findable: "no", identity: "unique", looks: true, provider, ...more };
}

/** As they are read from a file. */
export async function policiesOf(t: TestContext, yaml: string): Promise<readonly WrittenPolicy[]> {
  const config = await configured(t, { "config.yaml": "policies: policies.yaml\n", "policies.yaml": yaml });
  return loadPolicies(config).map(({ where, ...policy }) => ({
    ...policy,
    where: where.replaceAll(`${config.directory}/`, ""),
  }));
}

export const BUDGET = "budget: {count: 20, percent: 10, window: 10m}";
