import type { Provider } from "./provider.ts";
import type { Settings, Values } from "./setting.ts";

/** The version of this seam. A plug-in that was written for another one is refused, and not tried. */
export const PROVIDER_API = 1;

/** What a package exports as `plugin`, so that `use: <its name>` in a providers file can open it. */
export interface ProviderPlugin<S extends Settings = Settings> {
  readonly api: number;
  readonly kind: "provider";
  /** What may stand beside its entry in the providers file. */
  readonly settings: S;
  /** Rejects where the settings cannot be used, naming the one to change. */
  open(settings: Values<S>, opening: ProviderOpening): Promise<Provider>;
}

export interface ProviderOpening {
  /** Where relative paths begin: the folder of the configuration. */
  readonly directory: string;
  /** What whoever runs the server should know. */
  warn(message: string): void;
}

/** Infers the type of the values from the settings. */
export const providerPlugin = <const S extends Settings>(
  plugin: Omit<ProviderPlugin<S>, "kind">,
): ProviderPlugin<S> => ({ ...plugin, kind: "provider" });
