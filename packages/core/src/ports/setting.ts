/**
 * One setting of the server or of a plug-in: what it may be, what holds where nothing is said (nothing, where there is
 * no default), and what it means. The server reads it from files and environment, checks it and shows it.
 */
export type Setting = { readonly meaning: string } & (
  | { readonly type: "text"; readonly default?: string; readonly secret?: true }
  | { readonly type: "choice"; readonly of: readonly string[]; readonly default?: string }
  | { readonly type: "list"; readonly default?: readonly string[] }
  | { readonly type: "integer"; readonly least: number; readonly most: number; readonly default?: number }
  | { readonly type: "flag"; readonly default?: boolean }
  /** Written `15m`; read in seconds. */
  | { readonly type: "duration"; readonly least: number; readonly most: number; readonly default?: number }
  /** Of a file or a folder; relative to the configuration directory, read as an absolute one. */
  | { readonly type: "path"; readonly default?: string }
);

/** By their names as they stand in files: `request_timeout`. In the environment that is `…_REQUEST_TIMEOUT`. */
export interface Settings {
  readonly [name: string]: Setting;
}

interface ValueOf {
  text: string;
  choice: string;
  list: readonly string[];
  integer: number;
  flag: boolean;
  duration: number;
  path: string;
}

type Value<S extends Setting> = S extends { readonly of: readonly (infer Choice)[] }
  ? Choice
  : ValueOf[S["type"]];

/** What was read of such settings. */
export type Values<S extends Settings> = {
  readonly [name in keyof S]: S[name] extends { readonly default: unknown }
    ? Value<S[name]>
    : Value<S[name]> | undefined;
};
