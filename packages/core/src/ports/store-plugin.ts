import type { Settings, Values } from "./setting.ts";
import type { Store } from "./store.ts";

/** The version of this seam. A plug-in that was written for another one is refused, and not tried. */
export const STORE_API = 2;

/** What a package exports as `plugin`, so that `store: {use: <its name>}` in a configuration can open it. */
export interface StorePlugin<S extends Settings = Settings> {
  readonly api: number;
  /** What may stand in its own configuration file. */
  readonly settings: S;
  /** Rejects with `StoreUnavailable`, naming the setting to change where one is to blame. */
  open(settings: Values<S>, opening: Opening): Promise<Store>;
}

export interface Opening {
  /**
   * `server`: brings the schema up to date, may do work in the background, and lives long.
   * `guest`: serves one request beside servers and other guests; it refuses a schema that is not up to date.
   */
  readonly role: "server" | "guest";
  /** The data came back from a backup: cursors that were given out before are refused from now on. */
  readonly restored?: boolean;
  /** What whoever runs the server should know, such as a promise that this database cannot keep. */
  warn(message: string): void;
}

/** Infers the type of the values from the settings. */
export const storePlugin = <const S extends Settings>(plugin: StorePlugin<S>) => plugin;
