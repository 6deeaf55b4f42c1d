import { pause } from "./pause.ts";

export interface RoundsOptions {
  /** One round; what it throws is told, unless it was to stop, and the next one comes all the same. */
  run(signal: AbortSignal): Promise<void>;
  readonly everyMs: number;
  onError(error: unknown): void;
}

/** A round takes at most this share of the time: the more there is to do, the less often it is done. */
const SHARE = 0.05;

/** Does something again and again, one round at a time. */
export class Rounds {
  readonly #options: RoundsOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the round that is under way has broken off. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { everyMs } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const began = performance.now();
      await this.#options.run(signal).catch((error: unknown) => {
        if (!signal.aborted) this.#options.onError(error);
      });
      const took = performance.now() - began;
      await pause(Math.max(everyMs, took / SHARE), signal);
    }
  }
}
