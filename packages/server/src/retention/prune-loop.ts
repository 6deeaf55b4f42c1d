import type { PruneStep } from "@drett/core";
import { pause } from "../pause.ts";

export interface PruneLoopOptions {
  round(): AsyncIterable<PruneStep>;
  readonly everyMs: number;
  onStep(step: PruneStep): void;
  onError(error: unknown): void;
  /** From 0 up to 1; tests set it. */
  readonly random?: () => number;
  /** Resolves after so many milliseconds, or at the signal; tests set it. */
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Of twenty parts of time at the most one is spent on pruning: what else there is to do has the others. */
const REST = 19;
const LONGEST_REST_MS = 5_000;
const FIRST_MS = 600_000;
const BACK_OFF_MS = 1_000;

/** Prunes in rounds, each in small steps; after trouble it comes again, later each time. */
export class PruneLoop {
  readonly #options: PruneLoopOptions;
  readonly #random: () => number;
  readonly #rest: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: PruneLoopOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#rest = options.rest ?? pause;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the step that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs } = this.#options;
    const { signal } = this.#stop;
    // Servers that were started together shall not prune together.
    await this.#rest(Math.min(everyMs, FIRST_MS) * this.#random(), signal);
    for (let failures = 0; !signal.aborted; ) {
      failures = (await this.#runRound()) ? 0 : failures + 1;
      const wait = failures === 0 ? everyMs : Math.min(everyMs, BACK_OFF_MS * 2 ** failures);
      await this.#rest(wait * (0.5 + this.#random()), signal);
    }
  }

  /** Returns whether it came to its end. */
  async #runRound(): Promise<boolean> {
    try {
      let began = performance.now();
      for await (const step of this.#options.round()) {
        this.#options.onStep(step);
        if (step.refused) return false;
        await this.#rest(Math.min(LONGEST_REST_MS, REST * (performance.now() - began)), this.#stop.signal);
        if (this.#stop.signal.aborted) return true;
        began = performance.now();
      }
      return true;
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }
}
