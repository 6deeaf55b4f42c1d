import type { ReclaimSettings, Serving } from "@drett/core";
import { loadPolicies, type WrittenPolicy } from "../config/policies.ts";
import { readProviders } from "../config/providers.ts";
import type { Config } from "../config/read-config.ts";
import { closeProviders, openProviders } from "../policies/open-providers.ts";
import { refuseUnserved } from "../policies/refuse-unserved.ts";

/** What may be freed, and by what. */
export interface Reclaim extends ReclaimSettings {
  readonly policies: readonly WrittenPolicy[];
  readonly served: readonly Serving[];
  close(): Promise<void>;
}

/** Reads policies and providers, and opens these; what it throws has left none open. */
export async function openReclaim(config: Config, warn: (message: string) => void): Promise<Reclaim> {
  const policies = loadPolicies(config);
  const served = await openProviders(await readProviders(config), { directory: config.directory, warn });
  const close = () => closeProviders(served);
  try {
    refuseUnserved(policies, served);
  } catch (error) {
    await close();
    throw error;
  }
  return { policies, served, close };
}
