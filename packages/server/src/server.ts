import { Pruning, Reclaimer } from "@drett/core";
import { tlsOf } from "./config/exposure.ts";
import type { Config } from "./config/read-config.ts";
import { loadWebhooks } from "./config/webhooks.ts";
import { countLoop } from "./count-loop.ts";
import { inUrl } from "./http/host.ts";
import { readTls, renewTls } from "./http/tls.ts";
import { listenLoop } from "./listen-loop.ts";
import { loadLogging } from "./logging/load-logging.ts";
import { createLogging, type Logging } from "./logging/logging.ts";
import { Metrics } from "./metrics.ts";
import { logReclaim } from "./reclaim/log-reclaim.ts";
import { reclaimLoop } from "./reclaim/reclaim-loop.ts";
import { doubtOfClock } from "./retention/doubt-of-clock.ts";
import { pruneLoop } from "./retention/prune-loop.ts";
import { openService } from "./service.ts";
import { SessionLog } from "./session-log.ts";
import { sweepLoop } from "./sweep-loop.ts";
import { webhookLoop } from "./webhooks/webhook-loop.ts";

export interface RunningServer {
  readonly url: string;
  /** Whether whoever comes is let in. */
  readonly isOpen: boolean;
  /** Reads the keys and the certificates anew; what cannot be used is warned of, and leaves things as they were. */
  reload(): void;
  /** A clean stop: what was accepted is answered, the streams are ended, the store is closed. */
  stop(): Promise<void>;
}

/** How often findings are counted for the summary, where they are many. */
const COUNT_MS = 10_000;
/** How often quotas look at what other servers on the store have accepted. */
const RECOUNT_MS = 5_000;

/** Starts a service, listens and sweeps; what it throws before it resolves has left nothing running. */
export async function startServer(
  config: Config,
  logging: Logging = createLogging(loadLogging(config)),
): Promise<RunningServer> {
  const { logger, dropped } = logging;
  const tls = tlsOf(config);
  if (tls) readTls(tls);
  const targets = loadWebhooks(config);
  const metrics = new Metrics(dropped);
  const service = await openService(config, { role: "server", logger, metrics, tls });
  const { engine, http, trouble, keys, reclaim } = service;
  const log = logger("drett.sweep");
  const sweeping = sweepLoop({
    sweep: () => engine.sweep(),
    everyMs: 1_000 * config.sweep,
    onSwept: ({ looked }) => {
      metrics.swept(looked, engine.clock.now());
      log.debug({ looked }, "swept");
    },
    onError: (error) => trouble.happened(error, "sweep"),
  });

  const sessionLog = new SessionLog(logger("drett.sessions"));
  const listening = listenLoop({
    listen: () => engine.listen(),
    onListened: (listened) => {
      metrics.listened(listened);
      sessionLog.listened(listened);
    },
    onError: (error) => trouble.happened(error, "listen"),
  });
  const prunes = new Pruning(engine);
  const pruneLog = logger("drett.prune");
  const pruning = pruneLoop({
    round: () => prunes.round(),
    everyMs: 1_000 * config.prune,
    onStep: (step) => {
      metrics.pruned(step);
      const { pruned, doubtful, ...counts } = step;
      if (doubtful !== undefined) pruneLog.warn(doubtOfClock(doubtful));
      pruneLog.debug({ ...counts, pruned: pruned.length }, "pruned");
    },
    onError: (error) => trouble.happened(error, "prune"),
  });
  const reclaimLog = logger("drett.reclaim");
  const reclaimer = new Reclaimer({
    engine,
    servings: reclaim.served,
    onEvent: (event) => {
      metrics.reclaimed(event);
      logReclaim(reclaimLog, event);
    },
    onError: (error) => trouble.happened(error, "reclaim"),
  });
  const reclaiming = reclaimLoop({
    pass: () => reclaimer.pass(),
    everyMs: 1_000 * config.reclaim,
    onPassed: (passed) => reclaimLog.debug({ ...passed }, "looked for what may be freed"),
    onError: (error) => trouble.happened(error, "reclaim"),
  });
  const recounting = countLoop({
    count: (signal) => engine.recount(signal),
    everyMs: RECOUNT_MS,
    onError: (error) => trouble.happened(error, "recount"),
  });
  const counting = countLoop({
    count: (signal) => engine.countFindings(signal),
    everyMs: COUNT_MS,
    onError: (error) => trouble.happened(error, "count"),
  });
  const telling = webhookLoop({
    engine,
    targets,
    log: logger("drett.webhooks"),
    onAttempt: (target, outcome) => metrics.tried(target, outcome),
    onError: (error) => trouble.happened(error, "webhooks"),
  });

  try {
    await http.app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await service.close();
    throw error;
  }
  const loops = [
    sweeping,
    listening,
    pruning,
    counting,
    ...(reclaim.served.length === 0 ? [] : [reclaiming]),
    ...(config.quotas === undefined ? [] : [recounting]),
    ...(targets.length === 0 ? [] : [telling]),
  ];
  for (const loop of loops) loop.start();
  const { port } = http.app.server.address() as { port: number };
  return {
    url: `${tls ? "https" : "http"}://${inUrl(config.host)}:${port}`,
    isOpen: keys.isOpen,
    reload() {
      keys.reload();
      try {
        if (tls) renewTls(http.app.server, tls);
      } catch (error) {
        logger("drett").warn(`the certificate stays as it was: ${(error as Error).message}`);
      }
    },
    async stop() {
      await Promise.all([http.close(), ...loops.map((loop) => loop.stop())]);
      await reclaimer.stop();
      await service.close();
    },
  };
}
