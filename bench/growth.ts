import { readFileSync } from "node:fs";
import type { Resource, Store } from "@drett/core";
import { openStore } from "@drett/store-sqlite";
import { fillWith } from "./filling.ts";
import { measure } from "./load.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import { type BenchOptions, medianOf } from "./writes.ts";

export const SIZES = [1_000, 100_000, 1_000_000];
const HUGE = 10_000_000;
const DUE = 1_000;
const DAY = 86_400_000;
const CONNECTIONS = 64;

/** The rate of intents, the time of a page of findings and the resident memory, as the store grows. */
export async function benchGrowth({
  seconds,
  rounds,
  print,
  huge,
}: BenchOptions & { huge: boolean }): Promise<void> {
  for (const records of huge ? [...SIZES, HUGE] : SIZES) {
    const folder = dataFolder();
    await fill(await openStore({ directory: folder }), records);
    const opened = performance.now();
    const drett = await startDrett(folder);
    const openMs = performance.now() - opened;
    try {
      const row = { bench: "growth", subject: "drett", records, connections: CONNECTIONS };
      const ascending = await rate(drett, rounds, seconds);
      const residentMiB = residentOf(drett);
      const random = await rate(drett, rounds, seconds, "random");
      print({ ...row, ...ascending, openMs, findingsPageMs: await pageMs(drett), residentMiB });
      print({
        ...row,
        subject: "drett, random ids",
        ...random,
        ratio: random.perSecond / ascending.perSecond,
      });
    } finally {
      await drett.stop();
    }
  }
}

export async function rate({ url }: Subject, rounds: number, seconds: number, ids?: "random") {
  const runs = [];
  for (let round = 0; round < rounds; round++) {
    runs.push(
      await measure({ script: "intents", url, connections: CONNECTIONS, seconds, ...(ids && { ids }) }),
    );
  }
  return medianOf(runs);
}

/** The median of 21 readings of all that is due, as a person's first look would fetch it. */
export async function pageMs({ url }: Subject): Promise<number> {
  const times: number[] = [];
  for (let time = 0; time < 21; time++) {
    const start = performance.now();
    const page = (await (await fetch(`${url}/v1/findings?limit=${DUE}`)).json()) as { items: unknown[] };
    if (page.items.length !== DUE) throw new Error(`${page.items.length} findings instead of ${DUE}`);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[10] as number;
}

function residentOf({ pid }: Subject): number {
  const [, kib = "0"] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

/** Closed resources, and some that are overdue. */
export async function fill(store: Store, records: number, findings = DUE): Promise<void> {
  const at = Date.now() - 2 * DAY;
  const every = Math.max(1, Math.floor(records / findings));
  await fillWith(store, records, (number) => filled(number, at, number % every === 0));
}

function filled(number: number, at: number, isOverdue: boolean): Pick<Resource, "id" | "facts"> {
  const about = {
    application: `app-${number % 20}`,
    module: "filled",
    type: "vm",
    owner: `owner-${number % 50}`,
    scope: "cloud/region-1",
  };
  const stamp = { at, arrival: at, actor: "local" };
  const id = `d${at.toString(16).padStart(12, "0")}-${number.toString(16).padStart(12, "0")}`;
  const externalId = `i-${(number * 2_654_435_761) % 4_294_967_296}`;
  const intent = { kind: "intent", about, ...stamp } as const;
  const closed = [
    { kind: "allocated", externalId, ...stamp },
    { kind: "freed", externalId, ...stamp },
  ] as const;
  return { id, facts: isOverdue ? [intent] : [intent, ...closed] };
}
