import { spawnSync } from "node:child_process";
import type { Resource, Store } from "@drett/core";
import { fillWith } from "./filling.ts";
import { measure } from "./load.ts";
import { openPlace, type Place } from "./places.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import type { BenchOptions } from "./writes.ts";

const CONNECTIONS = 64;
const DAY = 86_400_000;
const PAGE = 5_000;
/** It prunes for the first time after a random part of its pause: a long one leaves it idle for as long as this takes. */
const [NEVER, SOON] = ["86400s", "60s"];

/** What a server has taken out of its store so far. */
interface Gone {
  readonly pruned: number;
  readonly trimmed: number;
}

/** How fast closed records go, and what intents lose meanwhile: before, during and after, on one store. */
export async function benchRetention({
  seconds,
  rounds,
  print,
  records,
  store,
}: BenchOptions & { records: number; store: string }): Promise<void> {
  await using place = await openPlace(store);
  const now = Date.now();
  await fillWith(await place.open(), records, (number) => closed(number, now));
  await place.settle();
  const runWith = async (during: string, awaited?: keyof Gone) => {
    const measured = await run(place, { rounds, seconds, ...(awaited && { awaited }) });
    print({ bench: "retention", store, records, connections: CONNECTIONS, while: during, ...measured });
  };
  await runWith("nothing is pruned");
  await runWith("the feed is trimmed", "trimmed");
  await trimAll(await place.open());
  await runWith("records are pruned", "pruned");
  print({ bench: "retention", store, records, while: "gc runs alone", ...gc(place) });
}

/** What is left of it, as fast as it goes, with the tombstones that are made. */
function gc({ settings }: Place) {
  const start = performance.now();
  const { stdout } = spawnSync(
    process.execPath,
    ["packages/server/bin/drett-server.js", "gc", "--json", dataFolder()],
    {
      encoding: "utf8",
      cwd: new URL("..", import.meta.url).pathname,
      env: settings,
    },
  );
  const { records } = JSON.parse(stdout) as { records: { records: number }[] };
  const pruned = records.reduce((sum, count) => sum + count.records, 0);
  return { pruned, prunedPerSecond: (1_000 * pruned) / (performance.now() - start) };
}

async function run(
  { settings }: Place,
  { rounds, seconds, awaited }: { rounds: number; seconds: number; awaited?: keyof Gone },
) {
  // The folder of a subject goes with it, and the store is needed twice.
  const drett = await startDrett(dataFolder(), { ...settings, DRETT_PRUNE: awaited ? SOON : NEVER });
  try {
    if (awaited) await begun(drett, awaited);
    const before = await gone(drett);
    const start = performance.now();
    const runs = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(
        await measure({
          script: "intents",
          url: drett.url,
          connections: CONNECTIONS,
          seconds,
          ids: "random",
        }),
      );
    }
    const took = (performance.now() - start) / 1_000;
    const after = await gone(drett);
    const median = runs.toSorted((a, b) => a.perSecond - b.perSecond)[runs.length >> 1];
    return {
      ...median,
      trimmedPerSecond: (after.trimmed - before.trimmed) / took,
      prunedPerSecond: (after.pruned - before.pruned) / took,
    };
  } finally {
    await drett.stop();
  }
}

async function begun(drett: Subject, awaited: keyof Gone): Promise<void> {
  for (let tries = 0; (await gone(drett))[awaited] === 0; tries++) {
    if (tries > 600) throw new Error(`nothing was ${awaited}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function gone({ url }: Subject): Promise<Gone> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return { pruned: valueOf("drett_pruned_total"), trimmed: valueOf("drett_trimmed_total") };
}

/** As a server does it after a while: only then do records go. */
async function trimAll(store: Store): Promise<void> {
  const horizon = Date.now() - 90 * DAY;
  let after: string | undefined;
  for (;;) {
    const { events, cursor } = await store.events(after, PAGE);
    const { fact } = events.at(-1) ?? {};
    if (!fact || (JSON.parse(fact) as { arrival: number }).arrival > horizon) break;
    await store.trim(cursor);
    after = cursor;
  }
  await store.close();
}

/** Created and freed a hundred days ago. */
function closed(number: number, now: number): Pick<Resource, "id" | "facts"> {
  const at = now - 100 * DAY + number;
  const stamp = { at, arrival: at, actor: "bench" };
  const about = { application: `app-${number % 7}`, module: "bench", type: "vm", owner: "lpds" };
  const externalId = `i-${number}`;
  return {
    id: `old-${number}`,
    facts: [
      { kind: "intent", about, ...stamp },
      { kind: "allocated", externalId, ...stamp },
      { kind: "freed", externalId, ...stamp },
    ],
  };
}
