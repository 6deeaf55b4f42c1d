import { type Store, StoreUnavailable } from "@drett/core";
import { Command } from "commander";
import { loadPolicies } from "../config/policies.ts";
import { readProviders } from "../config/providers.ts";
import { type Config, readConfig } from "../config/read-config.ts";
import { describePolicies } from "./describe.ts";
import { closeProviders, openProviders } from "./open-providers.ts";
import { refuseUnmatched } from "./refuse-unmatched.ts";
import { refuseUnserved } from "./refuse-unserved.ts";

/** `drett-server policy …` */
export function policyCommand(env: NodeJS.ProcessEnv, warn: (message: string) => void): Command {
  const policy = new Command("policy").description("policies: what may be freed without its owner");
  policy
    .command("check")
    .description("print each policy in plain words; end with status 1 where a server would refuse to start")
    .argument("[directory]", "holds config.yaml", "./drett-data")
    .option("--no-store", "do not look whether any record has what the policies name")
    .action(async (directory: string, { store }: { store: boolean }) =>
      checkPolicies(await readConfig(directory, env), { store, warn, print: console.log }),
    );
  return policy;
}

interface Check {
  readonly store: boolean;
  readonly warn: (message: string) => void;
  readonly print: (text: string) => void;
}

async function checkPolicies(config: Config, { store, warn, print }: Check): Promise<void> {
  const policies = loadPolicies(config);
  const servings = await openProviders(await readProviders(config), { directory: config.directory, warn });
  try {
    print(describePolicies(policies, servings));
    refuseUnserved(policies, servings);
  } finally {
    await closeProviders(servings);
  }
  if (!store || policies.length === 0) return;
  const opened = await openToLook(config, warn);
  try {
    await refuseUnmatched(policies, opened, servings);
  } finally {
    await opened.close();
  }
}

async function openToLook({ openStore }: Config, warn: Check["warn"]): Promise<Store> {
  try {
    return await openStore({ role: "guest", warn });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    const remedy = `${error.remedy}\n  Or check the files alone: --no-store`;
    throw new StoreUnavailable(error.message, remedy, { cause: error });
  }
}
