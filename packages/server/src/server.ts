import { readFileSync } from "node:fs";
import { Engine, type Refusal, refuse, type Store, StoreUnavailable } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { type Logger, pino } from "pino";
import { v7 as uuid } from "uuid";
import type { Config } from "./config.ts";
import { createHttp } from "./http/app.ts";
import { Metrics } from "./metrics.ts";
import { SweepLoop } from "./sweep-loop.ts";
import { TroubleLog } from "./trouble-log.ts";

export interface RunningServer {
  readonly url: string;
  readonly directory: string;
  /** A clean stop: what was accepted is answered, the streams are ended, the store is closed. */
  stop(): Promise<void>;
}

const read = (place: string) => readFileSync(new URL(place, import.meta.url), "utf8");
const FEED = { stallMs: 30_000, pollMs: 1_000 };

/** Puts the parts together and starts them; what it throws before it resolves has left nothing running. */
export async function startServer(
  config: Config,
  log: Logger = pino(pino.destination(2)),
  open: typeof openStore = openStore,
): Promise<RunningServer> {
  const metrics = new Metrics();
  const trouble = new TroubleLog(log);
  const store = metrics.measured(await open({ directory: config.directory }));
  const engine = new Engine({
    store,
    newId: () => `d${uuid()}`,
    onError: (error, during) => trouble.happened(error, during),
    onCommitted: (flush) => {
      metrics.flushed(flush);
      if (flush.records > 0) trouble.passed();
    },
  });
  const http = createHttp({
    engine,
    status: {
      version: (JSON.parse(read("../package.json")) as { version: string }).version,
      openapi: read("../openapi.json"),
      ready: () => readiness(store, trouble),
      metrics: () => metrics.text(),
    },
    hosts: config.hosts,
    requestMs: config.requestMs,
    idleMs: config.idleMs,
    feed: FEED,
    onError: (error, during) => trouble.happened(error, during),
  });
  const loop = new SweepLoop({
    sweep: () => engine.sweep(),
    everyMs: config.sweepMs,
    onSwept: ({ looked }) => metrics.swept(looked, engine.clock.now()),
    onError: (error) => trouble.happened(error, "sweep"),
  });

  try {
    await http.app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await store.close();
    throw error;
  }
  loop.start();
  const { port } = http.app.server.address() as { port: number };
  return {
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}`,
    directory: config.directory,
    async stop() {
      await Promise.all([http.close(), loop.stop()]);
      await engine.close();
      await store.close();
    },
  };
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
    if (error instanceof StoreUnavailable) return refuse("store-unavailable", error.message);
    throw error;
  }
}
