import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  ATTEMPTS,
  DEFAULTS,
  Engine,
  type Policy,
  Reclaimer,
  type Resource,
  type Serving,
  type Store,
} from "@drett/core";
import { fillWith } from "./filling.ts";
import { openPlace } from "./places.ts";
import type { BenchOptions } from "./writes.ts";

const FINDINGS = [1_000, 100_000];
const DAY = 86_400_000;
const PASSES = 5;

/** How long one pass of the reclaimer takes that frees nothing, and for how long nobody else is answered meanwhile. */
export async function benchReclaim({ print, store }: BenchOptions & { store: string }): Promise<void> {
  for (const findings of FINDINGS) {
    await using place = await openPlace(store);
    const at = Date.now() - 2 * DAY;
    await fillWith(await place.open(), findings, (number) => overdue(number, at));
    await place.settle();
    print({ bench: "reclaim", store, findings, ...(await passesOver(await place.open(), findings)) });
  }
}

async function passesOver(store: Store, findings: number) {
  const engine = new Engine({
    store,
    newId: () => crypto.randomUUID(),
    sessions: false,
    defaults: { ...DEFAULTS, reclaim: { policies: [OBSERVED], served: [SERVING] } },
  });
  const reclaimer = new Reclaimer({ engine, servings: [SERVING] });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const times = [];
  delay.enable();
  for (let pass = 0; pass < PASSES; pass++) {
    const start = performance.now();
    const { looked } = await reclaimer.pass();
    if (looked !== findings) throw new Error(`${looked} were looked at instead of ${findings}`);
    times.push(performance.now() - start);
  }
  delay.disable();
  await store.close();
  const [firstMs = 0, ...laterMs] = times;
  return {
    firstMs,
    laterMs: laterMs.toSorted((a, b) => a - b)[PASSES >> 1] as number,
    stallMs: delay.max / 1e6,
  };
}

/** It says what would be freed, and frees nothing. */
const OBSERVED: Policy = {
  name: "observed",
  match: {},
  mode: "observe",
  settlesNeverCreated: false,
  graceSeconds: 0,
  attempts: ATTEMPTS,
  budget: { count: 0, percent: 0, windowSeconds: 3_600 },
  startFreezeSeconds: 0,
  settleSeconds: 30,
};

const unasked = () => Promise.reject(new Error("nothing is to be asked for"));

const SERVING: Serving = {
  name: "none",
  types: ["vm"],
  findable: "no",
  identity: "unique",
  looks: true,
  provider: { name: "none", findable: "no", identity: "unique", sees: unasked, free: unasked, look: unasked },
};

/** Their life ended a day ago. */
function overdue(number: number, at: number): Pick<Resource, "id" | "facts"> {
  const stamp = { at: at + number, arrival: at + number, actor: "bench" };
  const about = {
    application: `app-${number % 20}`,
    module: "bench",
    type: "vm",
    owner: `owner-${number % 50}`,
  };
  return {
    id: `vm-${number}`,
    facts: [
      { kind: "intent", about, ...stamp },
      { kind: "allocated", externalId: `i-${number}`, ...stamp },
    ],
  };
}
