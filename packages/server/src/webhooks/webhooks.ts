import type { Engine } from "@drett/core";
import { Courier, type CourierOptions } from "./courier.ts";
import { findingsIn } from "./found.ts";
import type { Target } from "./target.ts";

export interface WebhooksOptions extends Omit<CourierOptions, "store" | "now"> {
  readonly engine: Engine;
  readonly targets: readonly Target[];
  /** Milliseconds that no setting of the clock moves; tests set it. */
  readonly monotonic?: () => number;
}

/** How often to look at what is found; other servers are heard as often. */
const EVERY_MS = 10_000;
/** A walk over all that is found is followed by so much rest: the more there is, the less often it is done. */
const REST = 4;
const LEAST_PAUSE_MS = 100;

/** Tells the targets what is newly found. */
export class Webhooks {
  readonly #engine: Engine;
  readonly #couriers: readonly Courier[];
  readonly #monotonic: () => number;
  #walkAt = Number.NEGATIVE_INFINITY;

  constructor({ engine, targets, monotonic = () => performance.now(), ...options }: WebhooksOptions) {
    const now = () => engine.clock.now();
    this.#engine = engine;
    this.#couriers = targets.map((target) => new Courier(target, { ...options, store: engine.store, now }));
    this.#monotonic = monotonic;
  }

  /** Does all that is due, and returns for how many milliseconds nothing more is. */
  async turn(signal: AbortSignal): Promise<number> {
    await all(this.#couriers.map((courier) => courier.read()));
    const now = this.#engine.clock.now();
    const free = this.#couriers.filter((courier) => courier.isFree(now));
    if (free.length > 0 && this.#monotonic() >= this.#walkAt) await this.#walk(free, signal);
    await all(this.#couriers.map((courier) => courier.deliver(signal)));
    return this.#pause();
  }

  async #walk(free: readonly Courier[], signal: AbortSignal): Promise<void> {
    const began = this.#monotonic();
    for (const courier of free) courier.beginWalk();
    for await (const page of findingsIn(this.#engine, signal)) {
      for (const found of page) for (const courier of free) courier.see(found);
    }
    const ended = this.#monotonic();
    this.#walkAt = ended + Math.max(EVERY_MS, REST * (ended - began));
    await all(free.map((courier) => courier.endWalk()));
  }

  #pause(): number {
    const now = this.#engine.clock.now();
    const untilWalk = this.#walkAt - this.#monotonic();
    const waits = this.#couriers.map((courier) => (courier.isFree(now) ? untilWalk : courier.waitMs(now)));
    return Math.max(LEAST_PAUSE_MS, Math.min(EVERY_MS, ...waits));
  }
}

/** Waits for all of them, and then rejects where one has. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const done of await Promise.allSettled(work)) if (done.status === "rejected") throw done.reason;
}
