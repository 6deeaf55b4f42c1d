import type { Swept } from "@drett/core";
import { pause } from "./pause.ts";

export interface SweepLoopOptions {
  sweep(): Promise<Swept>;
  readonly everyMs: number;
  onSwept(swept: Swept): void;
  onError(error: unknown): void;
}

/** Sweeps again and again, one pass at a time; while there is more, without a pause. */
export class SweepLoop {
  readonly #options: SweepLoopOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: SweepLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the pass that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const more = await this.#sweepOnce();
      if (!more) await pause(this.#options.everyMs, this.#stop.signal);
    }
  }

  async #sweepOnce(): Promise<boolean> {
    try {
      const swept = await this.#options.sweep();
      this.#options.onSwept(swept);
      return swept.more && swept.looked > 0;
    } catch (error) {
      this.#options.onError(error);
      return false;
    }
  }
}
