import type { TestContext } from "node:test";
import type { Provider } from "@drett/core";
import { loadPolicies, type WrittenPolicy } from "../../src/config/policies.ts";
import type { OpenProvider } from "../../src/policies/open-providers.ts";
import { configured } from "../config/configured.ts";

/** The code of a provider plug-in, which tells through the warnings when it is opened and closed. */
export const PLUGIN = `export const plugin = {
  api: 1,
  kind: "provider",
  settings: {
    grace: { type: "duration", least: 1, most: 60, default: 10, meaning: "how long" },
    identity: { type: "text", default: "unique", meaning: "how it is named" },
    fails: { type: "text", default: "", meaning: "in what" },
    token: { type: "text", secret: true, meaning: "a secret" },
  },
  open: async ({ grace, identity, fails }, { directory, warn }) => {
    if (fails === "opening") throw new Error("grace cannot be used");
    warn("opened with " + grace + " in " + directory);
    return {
      name: "made",
      identity,
      findable: "no",
      sees: async () => ({ answer: "yes" }),
      free: async () => ({ answer: "accepted" }),
      close: async () => {
        warn("closed");
        if (fails === "closing") throw new Error("it does not close");
      },
    };
  },
};`;

export function provided(
  name: string,
  types: readonly string[],
  { scopes, identity = "unique" }: { scopes?: readonly string[]; identity?: Provider["identity"] } = {},
): OpenProvider {
  const provider: Provider = {
    name: "made",
    identity,
    findable: "no",
    sees: async () => ({ answer: "yes" }),
    free: async () => ({ answer: "accepted" }),
  };
  return { name, types, ...(scopes && { scopes }), provider };
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
