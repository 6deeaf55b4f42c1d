import { setTimeout as pause } from "node:timers/promises";
import { get } from "../crash/http.ts";
import type { Seat } from "./seat.ts";

const EVERY_MS = 50;
const PATIENCE_MS = 10_000;

interface Sample {
  readonly life: number;
  readonly asked: number;
  readonly isReady: boolean;
}

/** What a server says of its readiness, asked again and again. */
export class Readiness {
  readonly #seat: Seat;
  readonly #samples: Sample[] = [];

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  async follow(stop: AbortSignal): Promise<void> {
    for (; !stop.aborted; await pause(EVERY_MS)) {
      const { url, life } = this.#seat;
      if (url === undefined) continue;
      const asked = performance.now();
      try {
        const { status } = await get(`${url}/readyz`, PATIENCE_MS);
        this.#samples.push({ life, asked, isReady: status === 200 });
      } catch {
        // Whoever is away is neither ready nor not.
      }
    }
  }

  /** Whether it said so when it was asked after that moment. */
  saidAfter(moment: number, isReady: boolean): boolean {
    return this.#samples.some((sample) => sample.asked > moment && sample.isReady === isReady);
  }
}
