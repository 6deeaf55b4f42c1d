import type { Settings } from "@drett/core";

const HOUR = 3_600;

/** Every setting of the server. `docs/configuration.md` is held against it. */
export const SERVER = {
  host: {
    type: "text",
    default: "127.0.0.1",
    meaning: "the address to listen on; loopback only, until there are API keys",
  },
  port: {
    type: "integer",
    least: 0,
    most: 65_535,
    default: 5001,
    meaning: "the port to listen on; 0: any free one",
  },
  hosts: { type: "list", default: [], meaning: "further names under which it may be called" },
  logging: {
    type: "path",
    meaning: "the file that says what is logged where; without one, JSON to standard error",
  },
  log_level: {
    type: "choice",
    of: ["trace", "debug", "info", "warn", "error", "silent"],
    meaning: "the level of the root logger, whatever the logging file says; without either, info",
  },
  quotas: { type: "path", meaning: "the file that says what each application may have at a time" },
  sweep: { type: "duration", least: 1, most: HOUR, default: 5, meaning: "how often to look for what is due" },
  request_timeout: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: 30,
    meaning: "how long a request may take to arrive",
  },
  idle_timeout: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: 65,
    meaning: "how long a connection may idle",
  },
  stop_timeout: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: 10,
    meaning: "how long a clean stop may take",
  },
} as const satisfies Settings;

/** Which store, and where its own settings stand; they may also stand beside these two. */
export const STORE = {
  use: {
    type: "text",
    default: "sqlite",
    meaning: "the store: a name (`mongo` is `@drett/store-mongo`), a package, or a path",
  },
  config: { type: "path", meaning: "the file with the settings of the store" },
} as const satisfies Settings;
