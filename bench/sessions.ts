import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import type { BenchOptions } from "./writes.ts";

const TTL = 60;
const SHORT_TTL = 30;
const STOP_MS = 6_000;
const CONNECTIONS = 64;
const BATCH = 1_000;
const QUIET = { DRETT_LOG_LEVEL: "error" };
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** What 50,000 sessions cost a server that all of them beat to, and what it costs that 100,000 lapse at once. */
export async function benchSessions(sessions: number, options: BenchOptions): Promise<void> {
  await benchHeartbeats(sessions, options);
  await benchLapses(2 * sessions, options);
}

/** Each session beats by a request of its own, spread over a third of its TTL. */
async function benchHeartbeats(count: number, { print, seconds }: BenchOptions): Promise<void> {
  const drett = await startDrett(dataFolder(), QUIET);
  try {
    await openAll(drett, count, TTL);
    // Twice round: from then on memory alone is asked.
    await beatFor(drett, count, (2 * TTL) / 3);
    const before = cpuSeconds(drett);
    const { beats, failed } = await beatFor(drett, count, seconds);
    const cores = (cpuSeconds(drett) - before) / seconds;
    const perSecond = beats / seconds;
    print({
      bench: "heartbeats",
      sessions: count,
      ttl: TTL,
      perSecond,
      failed,
      cores,
      residentMiB: residentOf(drett),
    });
  } finally {
    await drett.stop();
  }
}

async function beatFor(drett: Subject, count: number, seconds: number) {
  const started = performance.now();
  const perMs = count / ((TTL / 3) * 1_000);
  let [sent, failed] = [0, 0];
  const underWay = new Set<Promise<void>>();
  while (performance.now() - started < seconds * 1_000) {
    const due = (performance.now() - started) * perMs;
    for (; sent < due; sent++) {
      const beat = post(drett, `/v1/sessions/s-${sent % count}/heartbeat`, {}).then(({ status }) => {
        if (status !== 200) failed += 1;
      });
      underWay.add(beat);
      void beat.finally(() => underWay.delete(beat));
    }
    await pause(5);
  }
  await Promise.all(underWay);
  return { beats: sent, failed };
}

/** A stop of the server gives all of them the same TTL from its end on: so they lapse at once. */
async function benchLapses(count: number, { print }: BenchOptions): Promise<void> {
  const settings = { DRETT_LAPSE_FREEZE: "0s", DRETT_SWEEP: "1s", ...QUIET };
  const drett = await startDrett(dataFolder(), settings);
  try {
    await openAll(drett, count, SHORT_TTL, true);
    await beatAll(drett, count);
    process.kill(drett.pid, "SIGSTOP");
    await pause(STOP_MS);
    process.kill(drett.pid, "SIGCONT");
    const factsBefore = await factsOf(drett);
    const started = performance.now();
    const intents = measureIntents(drett);
    let lapsedFrom = 0;
    let lapsedBy = 0;
    // Each session, and then its resource, gets one fact.
    while ((await factsOf(drett)) - factsBefore - intents.answered() < 2 * count) {
      const lapsed = await metric(drett, "drett_sessions_lapsed_total");
      if (lapsed > 0) lapsedFrom ||= performance.now();
      if (lapsed >= count) lapsedBy ||= performance.now();
      if (performance.now() - started > 600_000) throw new Error(`only ${lapsed} of ${count} lapsed`);
      await pause(200);
    }
    const done = performance.now();
    print({
      bench: "lapses",
      sessions: count,
      lapsedSeconds: (lapsedBy - lapsedFrom) / 1_000,
      followedSeconds: (done - lapsedFrom) / 1_000,
      ...(await intents.stop(lapsedFrom, done)),
      residentMiB: residentOf(drett),
    });
  } finally {
    await drett.stop();
  }
}

/** One intent after the other; how long each waited while the lapses were worked off. */
function measureIntents(drett: Subject) {
  const times: { at: number; ms: number }[] = [];
  const over = new AbortController();
  const running = (async () => {
    for (let number = 0; !over.signal.aborted; number++) {
      const at = performance.now();
      const intent = { id: `during-${number}`, application: "probe", type: "vm", owner: "me" };
      const { status } = await post(drett, "/v1/resources", intent);
      if (status !== 201) throw new Error(`an intent was answered ${status}`);
      times.push({ at, ms: performance.now() - at });
      await pause(20);
    }
  })();
  return {
    answered: () => times.length,
    async stop(from: number, to: number) {
      over.abort();
      await running;
      const waited = times
        .flatMap(({ at, ms }) => (at >= from && at <= to ? [ms] : []))
        .sort((a, b) => a - b);
      const quantile = (part: number) => waited[Math.floor(part * (waited.length - 1))] ?? Number.NaN;
      return { intents: waited.length, p50Ms: quantile(0.5), p99Ms: quantile(0.99), mostMs: quantile(1) };
    },
  };
}

async function openAll(
  drett: Subject,
  count: number,
  ttlSeconds: number,
  withResource = false,
): Promise<void> {
  let beaten = performance.now();
  for (let start = 0; start < count; start += BATCH) {
    if (performance.now() - beaten > (ttlSeconds * 1_000) / 4) {
      await beatAll(drett, start);
      beaten = performance.now();
    }
    const ids = Array.from({ length: Math.min(BATCH, count - start) }, (_, place) => start + place);
    const commands = ids.flatMap((number) => [
      { command: "open-session", id: `s-${number}`, application: "probe", module: "nova", ttlSeconds },
      ...(withResource ? resourceOf(number) : []),
    ]);
    const { status, body } = await post(drett, "/v1/batch", { commands });
    const { results } = body as { results: { status: number }[] };
    if (status !== 200 || results.some((it) => it.status >= 300))
      throw new Error(JSON.stringify(body).slice(0, 500));
  }
}

/** Those that are open already must not lapse while the others are being opened. */
async function beatAll(drett: Subject, count: number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, count - start) }, (_, place) => start + place);
    await post(drett, "/v1/batch", {
      commands: ids.map((number) => ({ command: "heartbeat", id: `s-${number}` })),
    });
  }
}

const resourceOf = (number: number) => [
  {
    command: "register-intent",
    id: `r-${number}`,
    session: `s-${number}`,
    application: "probe",
    type: "vm",
    owner: "me",
  },
  { command: "report-allocated", id: `r-${number}`, externalId: `i-${number}` },
];

function post({ url }: Subject, path: string, body: object): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const sent = request(url + path, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on("error", reject).end(JSON.stringify(body));
  });
}

const factsOf = (drett: Subject) => metric(drett, "drett_facts_total");

async function metric({ url }: Subject, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
}

/** As the kernel counts it, in hundredths. */
function cpuSeconds({ pid }: Subject): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function residentOf({ pid }: Subject): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
