import { DEFAULTS } from "../../domain/defaults.ts";
import type { Policy } from "../../domain/policy.ts";
import type { Served } from "../../domain/reclaim/served.ts";
import { MemoryStore } from "../../memory-store/memory-store.ts";
import type { Store } from "../../ports/store.ts";
import { Reclaimer, type ReclaimerOptions } from "../reclaim/reclaimer.ts";
import type { ReclaimEvent } from "../reclaim/tools.ts";
import { Cloud } from "./cloud.ts";
import { engineOn, type Trial, type TrialOptions } from "./engines.ts";

/** One that frees all it may, at once. */
export const policy = (more: Partial<Policy> = {}): Policy => ({
  name: "ci",
  match: { application: ["probe"] },
  mode: "auto",
  settlesNeverCreated: false,
  graceSeconds: 0,
  attempts: {
    most: 3,
    limitSeconds: 300,
    firstPauseSeconds: 20,
    longestPauseSeconds: 1_800,
    stuckPauseSeconds: 86_400,
  },
  budget: { count: 100, percent: 100, windowSeconds: 600 },
  startFreezeSeconds: 0,
  settleSeconds: 30,
  ...more,
});

export interface WorldOptions extends TrialOptions {
  readonly policies?: readonly Policy[];
  readonly served?: Partial<Served>;
  readonly store?: Store;
  readonly cloud?: Cloud;
  readonly later?: ReclaimerOptions["later"];
}

export interface ReclaimWorld extends Trial {
  readonly cloud: Cloud;
  readonly store: Store;
  readonly reclaimer: Reclaimer;
  readonly events: ReclaimEvent[];
  /** A pass, and all that it began. */
  pass(): Promise<void>;
  /** Passes from minute to minute until then. */
  passUntil(minutes: number, step?: number): Promise<void>;
}

/** An engine with policies, a cloud, and somebody who reclaims; who waits moves the clock. */
export function reclaimWorld({
  policies = [policy()],
  served = {},
  store = new MemoryStore(),
  cloud = new Cloud(),
  monotonic,
  later,
  ...options
}: WorldOptions = {}): ReclaimWorld {
  const serving = {
    name: "cloud",
    types: ["vm"],
    findable: "searched",
    identity: "unique",
    looks: true,
    provider: cloud,
    ...served,
  } as const;
  const defaults = { ...DEFAULTS, reclaim: { policies, served: [serving] } };
  const trial = engineOn(store, { defaults, ...options });
  const events: ReclaimEvent[] = [];
  const { clock, engine } = trial;
  const reclaimer = new Reclaimer({
    engine,
    servings: [serving],
    onEvent: (event) => events.push(event),
    onError: (error) => trial.errors.push(error),
    monotonic: monotonic ?? (() => clock.now()),
    sleep: async (ms) => {
      clock.minutes += ms / 60_000;
    },
    ...(later && { later }),
  });
  const pass = async () => {
    await engine.sweep();
    await reclaimer.pass();
    await reclaimer.idle();
    await engine.sweep();
  };
  const passUntil = async (minutes: number, step = 1) => {
    while (clock.minutes < minutes) {
      await pass();
      clock.minutes += step;
    }
  };
  return { ...trial, cloud, store, reclaimer, events, pass, passUntil };
}
