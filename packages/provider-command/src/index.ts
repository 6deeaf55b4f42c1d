import { PROVIDER_API, providerPlugin } from "@drett/core";
import { openProvider } from "./open-provider.ts";
import { SETTINGS } from "./settings.ts";

export { EXIT } from "./exit-codes.ts";
export { openProvider } from "./open-provider.ts";
export type { CommandSettings } from "./settings.ts";

/** Frees, looks at and finds things by any program. */
export const plugin = providerPlugin({ api: PROVIDER_API, settings: SETTINGS, open: openProvider });
