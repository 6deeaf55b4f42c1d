import type { Provider, ProviderOpening } from "@drett/core";
import { ConfigRefused } from "../config/config-refused.ts";
import type { ChosenProvider, Responsibility } from "../config/providers.ts";

export interface OpenProvider extends Responsibility {
  readonly provider: Provider;
}

/** Opens all of them; what it throws has left none open. */
export async function openProviders(
  chosen: readonly ChosenProvider[],
  opening: ProviderOpening,
): Promise<readonly OpenProvider[]> {
  const opened: OpenProvider[] = [];
  try {
    for (const one of chosen) opened.push(await openProvider(one, opening));
  } catch (error) {
    await Promise.allSettled(opened.map(close));
    throw error;
  }
  return opened;
}

async function openProvider(
  { plugin, values, where, ...responsibility }: ChosenProvider,
  opening: ProviderOpening,
): Promise<OpenProvider> {
  try {
    return { ...responsibility, provider: await plugin.open(values, opening) };
  } catch (error) {
    throw new ConfigRefused(`${where}: provider ${responsibility.name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const close = async ({ provider }: OpenProvider) => provider.close?.();

/** Closes all of them, whatever one of them says to it; then tells the first that could not be closed. */
export async function closeProviders(providers: readonly OpenProvider[]): Promise<void> {
  const closed = await Promise.allSettled(providers.map(close));
  const failed = closed.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** Who is asked about something of this type and scope; what has no scope is only known to who knows no scopes. */
export function providerFor(
  providers: readonly OpenProvider[],
  { type, scope }: { readonly type: string; readonly scope?: string | undefined },
): Provider | undefined {
  const isHis = ({ types, scopes }: Responsibility) =>
    types.includes(type) && (scopes === undefined || (scope !== undefined && scopes.includes(scope)));
  return providers.find(isHis)?.provider;
}
