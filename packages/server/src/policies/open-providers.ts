import type { Provider, ProviderOpening, Serving } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { ChosenProvider } from "../config/providers.ts";

/** Opens all of them; what it throws has left none open. */
export async function openProviders(
  chosen: readonly ChosenProvider[],
  opening: ProviderOpening,
): Promise<readonly Serving[]> {
  const opened: Serving[] = [];
  try {
    for (const one of chosen) {
      const serving = servingOf(one, await openProvider(one, opening));
      opened.push(serving);
      const fault = faultOf(serving.provider);
      if (fault !== undefined) throw refused(one, `this plug-in is at fault: ${fault}`);
    }
  } catch (error) {
    await Promise.allSettled(opened.map(close));
    throw error;
  }
  return opened;
}

/** What it warns of says which one it is. */
async function openProvider(chosen: ChosenProvider, opening: ProviderOpening): Promise<Provider> {
  const warn = (message: string) => opening.warn(`provider ${chosen.name}: ${message}`);
  try {
    return await chosen.plugin.open(chosen.values, { ...opening, warn });
  } catch (error) {
    throw refused(chosen, (error as Error).message, error);
  }
}

function servingOf({ name, types, scopes }: ChosenProvider, provider: Provider): Serving {
  const { findable, identity } = provider;
  const looks = provider.look !== undefined;
  return { name, types, ...(scopes && { scopes }), findable, identity, looks, provider };
}

const refused = ({ where, name }: ChosenProvider, reason: string, cause?: unknown) =>
  new ConfigRefused(`${where}: provider ${name}: ${reason}`, { cause });

/** What it says of itself decides what is freed: a plug-in in plain JavaScript may say anything. */
function faultOf(provider: Provider): string | undefined {
  const { identity, findable } = provider;
  if (!IDENTITIES.includes(identity)) return `its \`identity\` is none of ${IDENTITIES.join(", ")}`;
  if (!FINDABLE.includes(findable)) return `its \`findable\` is none of ${FINDABLE.join(", ")}`;
  const finds = provider.find !== undefined;
  if (finds === (findable !== "no")) return undefined;
  return `its \`findable\` is ${findable}, and \`find\` is ${finds ? "there" : "missing"}`;
}

const IDENTITIES: readonly Provider["identity"][] = ["unique", "guarded", "reused"];
const FINDABLE: readonly Provider["findable"][] = ["named", "searched", "no"];

const close = async ({ provider }: Serving) => provider.close?.();

/** Closes all of them, whatever one of them says to it; then tells the first that could not be closed. */
export async function closeProviders(servings: readonly Serving[]): Promise<void> {
  const closed = await Promise.allSettled(servings.map(close));
  const failed = closed.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}
