import { readSettings, type Said, type Sayings, sayingsOf } from "./read-settings.ts";
import type { YamlFile } from "./yaml-file.ts";

/** The keys of the old drett's `config.yaml`. */
export const OLD_KEYS = ["plugin", "logconfig", "flask_config"] as const;

/** What Flask's development server took, and what is so now (https://werkzeug.palletsprojects.com/en/stable/serving/). */
const FLASK_ONLY: { readonly [key: string]: string } = {
  threaded: "drett serves requests at once without it",
  processes: "one process serves; run more of them on a store that several servers may share",
  use_reloader: "restart the server after a change",
  reloader_interval: "restart the server after a change",
  reloader_type: "restart the server after a change",
  extra_files: "restart the server after a change",
  exclude_patterns: "restart the server after a change",
  use_debugger: "drett has no debugger in the browser; `log_level: debug` says more",
  use_evalex: "drett evaluates nothing that a client sends",
  passthrough_errors: "errors are logged and answered with a problem document",
  ssl_context: "set `tls_certificate` and `tls_key`",
  static_files: "drett serves no files",
  request_handler: "drett has its own",
  load_dotenv: "set the environment where drett is started",
};

export interface OldKeys {
  /** By the names that the settings have now. */
  readonly server: Sayings;
  readonly store: Sayings;
  readonly warnings: readonly string[];
}

/** Reads what the old keys among the keys of the file say. */
export function readOldKeys(file: YamlFile, top: Sayings): OldKeys {
  const server = new Map<string, Said>();
  const store = new Map<string, Said>();
  const plugin = sayingsOf(file, ["plugin"], top.get("plugin")?.raw, ["module", "config"]);
  for (const [key, said] of plugin) store.set(key === "module" ? "use" : key, said);
  const logconfig = top.get("logconfig");
  if (logconfig) server.set("logging", logconfig);
  const { said, warnings } = readFlaskKeys(file, top.get("flask_config")?.raw);
  for (const [key, value] of said) server.set(key, value);
  return { server, store, warnings };
}

function readFlaskKeys(file: YamlFile, value: unknown): { said: Sayings; warnings: string[] } {
  const said = new Map<string, Said>();
  const warnings: string[] = [];
  const flask = sayingsOf(file, ["flask_config"], value, ["run_args"]);
  const known = ["host", "port", "debug", ...Object.keys(FLASK_ONLY)];
  for (const [key, one] of sayingsOf(file, ["flask_config", "run_args"], flask.get("run_args")?.raw, known)) {
    if (key === "host" || key === "port") said.set(key, one);
    else if (key === "debug") readDebug(one, said);
    else warnings.push(`${one.where}: ${key} was Flask's and has no effect: ${FLASK_ONLY[key]}`);
  }
  return { said, warnings };
}

/** It turned on Flask's debugger, which evaluates what is typed into a page; what is left of it are the debug lines. */
function readDebug(debug: Said, said: Map<string, Said>): void {
  const { values } = readSettings({ debug: FLAG }, new Map([["debug", debug]]), "");
  if (values.debug) said.set("log_level", { raw: "debug", where: debug.where });
}

const FLAG = { type: "flag", default: false, meaning: "" } as const;
