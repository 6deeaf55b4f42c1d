import type { Provider, ProviderOpening } from "@drett/core";
import { checkSettings } from "./check-settings.ts";
import { commandProvider } from "./command-provider.ts";
import { programsOf } from "./programs.ts";
import type { CommandSettings } from "./settings.ts";

/** Checks what can be checked before a program is needed, and runs none. */
export async function openProvider(
  settings: CommandSettings,
  { warn }: Pick<ProviderOpening, "warn">,
): Promise<Provider> {
  if (process.platform === "win32")
    throw new Error("use: command needs process groups, which Windows has not");
  checkSettings(settings);
  const programs = programsOf(settings);
  if (programs.sees === undefined)
    warn("sees: names no program, so that nothing proves by itself that a resource is gone");
  for (const name of settings.pass_environment)
    if (process.env[name] === undefined) warn(`pass_environment: the server has no variable ${name}`);
  return commandProvider(settings, programs);
}
