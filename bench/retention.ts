import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { type Change, DEFAULTS, indexed, type Resource, type Store } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { measure } from "./load.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import type { BenchOptions } from "./writes.ts";

const CONNECTIONS = 64;
const DAY = 86_400_000;
const FACTS = 3;

/** How fast closed records go, and what intents lose meanwhile: before, during and after, on one store. */
export async function benchRetention({
  seconds,
  rounds,
  print,
  records,
}: BenchOptions & { records: number }): Promise<void> {
  const row = { bench: "retention", records, connections: CONNECTIONS };
  const measured = { rounds, seconds };
  // It prunes for the first time after a random part of its pause: a long one leaves it idle for as long as this takes.
  const old = dataFolder();
  await fill(await openStore({ directory: old }), records, 0);
  print({ ...row, while: "nothing is pruned", ...(await run(old, "86400s", measured)) });
  print({ ...row, while: "records are pruned", ...(await run(old, "60s", { ...measured, awaits: true })) });
  print({ ...row, while: "gc runs alone", ...gc(old) });
  rmSync(old, { recursive: true });
  const told = dataFolder();
  await fill(await openStore({ directory: told }), records, FACTS);
  print({ ...row, while: "the feed is trimmed", ...(await run(told, "60s", { ...measured, awaits: true })) });
  rmSync(told, { recursive: true });
}

/** What is left of it, as fast as it goes, with the tombstones that are made. */
function gc(folder: string) {
  const start = performance.now();
  const { stdout } = spawnSync(
    process.execPath,
    ["packages/server/bin/drett-server.js", "gc", "--json", dataFolder()],
    {
      encoding: "utf8",
      cwd: new URL("..", import.meta.url).pathname,
      env: { DRETT_STORE_DIRECTORY: folder },
    },
  );
  const { records } = JSON.parse(stdout) as { records: { records: number }[] };
  const pruned = records.reduce((sum, count) => sum + count.records, 0);
  return { pruned, prunedPerSecond: (1_000 * pruned) / (performance.now() - start) };
}

async function run(
  folder: string,
  prune: string,
  { rounds, seconds, awaits = false }: { rounds: number; seconds: number; awaits?: boolean },
) {
  // The folder of a subject goes with it, and this one is needed twice.
  const drett = await startDrett(dataFolder(), { DRETT_STORE_DIRECTORY: folder, DRETT_PRUNE: prune });
  try {
    if (awaits) await begun(drett);
    const before = await pruned(drett);
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
    const after = await pruned(drett);
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

async function begun(drett: Subject): Promise<void> {
  for (let tries = 0; (await pruned(drett)).all === 0; tries++) {
    if (tries > 300) throw new Error("it does not begin to prune");
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function pruned({ url }: Subject): Promise<{ pruned: number; trimmed: number; all: number }> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  const [pruned, trimmed] = [valueOf("drett_pruned_total"), valueOf("drett_trimmed_total")];
  return { pruned, trimmed, all: pruned + trimmed };
}

/** Resources that were created and freed a hundred days ago, straight into the store; the feed has so many facts of each. */
async function fill(store: Store, records: number, events: number): Promise<void> {
  const now = Date.now();
  for (let number = 0; number < records; number += 1_000) {
    const changes = Array.from({ length: 1_000 }, (_, offset) => closed(number + offset, now, events));
    await store.commit(changes);
  }
  await store.close();
}

function closed(number: number, now: number, events: number): Change {
  const at = now - 100 * DAY + number;
  const stamp = { at, arrival: at, actor: "bench" };
  const about = { application: `app-${number % 7}`, module: "bench", type: "vm", owner: "lpds" };
  const externalId = `i-${number}`;
  const resource: Resource = {
    kind: "resource",
    id: `old-${number}`,
    facts: [
      { kind: "intent", about, ...stamp },
      { kind: "allocated", externalId, ...stamp },
      { kind: "freed", externalId, ...stamp },
    ],
  };
  const columns = indexed(resource, undefined, { now, defaults: DEFAULTS });
  const body = JSON.stringify(resource.facts);
  return { kind: "resource", id: resource.id, expected: 0, columns, body, from: FACTS - events, to: FACTS };
}
