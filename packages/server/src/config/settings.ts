import { LEAST_TOMBSTONE, type Settings } from "@drett/core";

const HOUR = 3_600;
const DAY = 24 * HOUR;
const DECADE = 3_650 * DAY;

/** How long something is kept. */
const keeping = <const Meaning extends string>(least: number, most: number, days: number, meaning: Meaning) =>
  ({ type: "duration", least, most, default: days * DAY, meaning }) as const;

/** Every setting of the server. `docs/configuration.md` is held against it. */
export const SERVER = {
  host: {
    type: "text",
    default: "127.0.0.1",
    meaning: "the address to listen on; beyond loopback there must be API keys, and TLS",
  },
  port: {
    type: "integer",
    least: 0,
    most: 65_535,
    default: 5001,
    meaning: "the port to listen on; 0: any free one",
  },
  hosts: { type: "list", default: [], meaning: "further names under which it may be called" },
  tls_certificate: { type: "path", meaning: "the certificate chain, PEM; with it drett speaks TLS" },
  tls_key: { type: "path", meaning: "the private key of the certificate, PEM" },
  tls_client_ca: {
    type: "path",
    meaning: "who signs the certificates of clients, PEM; such a certificate stands for the key of its name",
  },
  tls_proxy: {
    type: "flag",
    default: false,
    meaning: "a proxy in front of drett speaks TLS, and nobody reaches drett past it",
  },
  rate_limit: {
    type: "integer",
    least: 1,
    most: 1_000_000,
    meaning:
      "how many commands a second one API key may send, be it in batches; without one, as many as come",
  },
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
  policies: { type: "path", meaning: "the file that says what may be freed without its owner" },
  providers: { type: "path", meaning: "the file that says who frees what" },
  webhooks: { type: "path", meaning: "the file that says who is told of new findings" },
  sweep: { type: "duration", least: 1, most: HOUR, default: 5, meaning: "how often to look for what is due" },
  reclaim: {
    type: "duration",
    least: 1,
    most: HOUR,
    default: 5,
    meaning: "how often to look for what may be freed, where there are providers",
  },
  lapse_share: {
    type: "integer",
    least: 1,
    most: 100,
    default: 50,
    meaning: "from how many percent of the open sessions on a lapse at once is rather the network",
  },
  lapse_least: {
    type: "integer",
    least: 2,
    most: 1_000_000,
    default: 5,
    meaning: "how many sessions it takes for that at least",
  },
  lapse_freeze: {
    type: "duration",
    least: 0,
    most: 7 * 24 * HOUR,
    default: HOUR,
    meaning: "for how long nothing follows from such a lapse; 0: it follows at once",
  },
  prune: {
    type: "duration",
    least: 60,
    most: DAY,
    default: HOUR,
    meaning: "how often to look for what has been kept for long enough",
  },
  keep_freed: keeping(HOUR, DECADE, 90, "how long a resource is kept that is gone"),
  keep_failed: keeping(HOUR, DECADE, 90, "how long a resource is kept of which nothing came"),
  keep_never_created: keeping(
    HOUR,
    DECADE,
    90,
    "how long a resource is kept that a person knows was never created",
  ),
  keep_forgotten: keeping(HOUR, DECADE, 90, "how long a resource is kept that a person has written off"),
  keep_allocations: keeping(
    HOUR,
    DECADE,
    90,
    "how long an allocation is kept that is finished and has no member left",
  ),
  keep_sessions: keeping(
    HOUR,
    DECADE,
    90,
    "how long a session is kept that has closed or lapsed and has no resource left",
  ),
  keep_events: keeping(
    DAY,
    90 * DAY,
    90,
    "how far the feed reaches back; no record goes before its facts have left it",
  ),
  keep_tombstones: keeping(
    LEAST_TOMBSTONE,
    DECADE,
    400,
    "for how long the id of a pruned record stays used: longer than any engine's journal lives",
  ),
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
