import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import {
  DEFAULTS,
  Engine,
  type Opening,
  type Refusal,
  refuse,
  type Store,
  StoreUnavailable,
} from "@drett/core";
import { v7 as uuid } from "uuid";
import { createGate } from "./access/gate.ts";
import { keyFileIn } from "./access/key-file.ts";
import { KeyRing } from "./access/key-ring.ts";
import { lastUsedIn, UseLog } from "./access/last-used.ts";
import { loadQuotas } from "./config/quotas.ts";
import type { Config } from "./config/read-config.ts";
import { createHttp, type HttpServer } from "./http/app.ts";
import { inUrl } from "./http/host.ts";
import type { TlsFiles } from "./http/tls.ts";
import type { Logging } from "./logging/logging.ts";
import type { Metrics } from "./metrics.ts";
import { refuseUnmatched } from "./policies/refuse-unmatched.ts";
import { openReclaim, type Reclaim } from "./reclaim/open-reclaim.ts";
import { retentionOf } from "./retention/retention-of.ts";
import { TroubleLog } from "./trouble-log.ts";

const read = (place: string) => readFileSync(new URL(place, import.meta.url), "utf8");
const FEED = { stallMs: 30_000, pollMs: 1_000 };

/** A store, an engine on it and HTTP in front of it; nobody listens yet. */
export interface Service {
  readonly engine: Engine;
  readonly http: HttpServer;
  readonly trouble: TroubleLog;
  readonly keys: KeyRing;
  readonly reclaim: Reclaim;
  /** Answers what was accepted, ends the streams, closes the store. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly role: Opening["role"];
  readonly logger: Logging["logger"];
  /** Where it listens, and speaks TLS. */
  readonly tls?: TlsFiles | undefined;
  /** Absent where a process serves one request: there is nothing to count. */
  readonly metrics?: Metrics;
  /** Who asks while there are no keys, where somebody else has made sure of it. */
  readonly actor?: string;
}

/** Puts the parts together; what it throws has left nothing open. */
export async function openService(
  config: Config,
  { role, logger, tls, metrics, actor = "local" }: ServiceOptions,
): Promise<Service> {
  const aboutKeys = (message: string) => logger("drett.keys").warn(message);
  const useLog = new UseLog({ path: lastUsedIn(config.directory), warn: aboutKeys });
  const keys = new KeyRing({
    path: keyFileIn(config.directory),
    warn: aboutKeys,
    onUse: (id) => useLog.used(id),
  });
  const trouble = new TroubleLog(logger);
  const warn = (message: string) => logger("drett.store").warn(message);
  const quotas = loadQuotas(config);
  const reclaim = await openReclaim(config, (message) => logger("drett.reclaim").warn(message));
  const opened = await openStore(config, { role, warn }, reclaim);
  const store = metrics?.measured(opened) ?? opened;
  const engine = new Engine({
    store,
    newId: () => `d${uuid()}`,
    sessions: role === "server",
    ...(config.port > 0 && { name: `${hostname()}:${config.port}` }),
    together: {
      share: config.lapse_share / 100,
      least: config.lapse_least,
      freezeSeconds: config.lapse_freeze,
    },
    ...(quotas && { quotas }),
    defaults: { ...DEFAULTS, retention: retentionOf(config), reclaim },
    onError: (error, during) => trouble.happened(error, during),
    onCommitted: (flush) => {
      metrics?.flushed(flush);
      if (flush.records > 0) trouble.passed();
    },
  });
  try {
    await engine.recount();
  } catch (error) {
    await Promise.allSettled([store.close(), reclaim.close()]);
    throw error;
  }
  metrics?.watch(opened, () => engine.clock.now());
  const http = createHttp({
    engine,
    status: {
      version: (JSON.parse(read("../package.json")) as { version: string }).version,
      openapi: () => read("../openapi.json"),
      ready: () => readiness(store, trouble),
      metrics: async () => metrics?.text() ?? "# This process serves one request, and counts nothing.\n",
    },
    hosts: [...config.hosts, inUrl(config.host)],
    gate: createGate({ keys, anybody: actor, rate: config.rate_limit }),
    ...(tls && { tls }),
    requestMs: 1_000 * config.request_timeout,
    idleMs: 1_000 * config.idle_timeout,
    feed: FEED,
    log: logger("drett.http"),
    onError: (error, during, about) => trouble.happened(error, during, about),
  });
  return {
    engine,
    http,
    trouble,
    keys,
    reclaim,
    async close() {
      await http.close();
      await engine.close();
      await store.close();
      await reclaim.close();
      useLog.flush();
    },
  };
}

/** What it throws has left nothing open. */
async function openStore(config: Config, opening: Opening, reclaim: Reclaim): Promise<Store> {
  let store: Store | undefined;
  try {
    store = await config.openStore(opening);
    // A guest would ask that for every single request.
    if (opening.role === "server") await refuseUnmatched(reclaim.policies, store, reclaim.served);
    return store;
  } catch (error) {
    await Promise.allSettled([store?.close(), reclaim.close()]);
    throw error;
  }
}

/** After a write that failed it makes one itself: whoever routes by readiness sends none that could get through. */
async function readiness(store: Store, trouble: TroubleLog): Promise<Refusal | undefined> {
  try {
    await store.query({ order: "due", limit: 1 });
    if (trouble.last === undefined) return undefined;
    await store.commit([]);
    trouble.passed();
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    // It may name hosts, users and paths, and whoever asks here needs no key.
    trouble.happened(error, "readyz");
    return refuse("store-unavailable", "The store does not answer, or cannot write.");
  }
}
