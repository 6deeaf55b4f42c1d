import type { Listened } from "@drett/core";
import { pause } from "./pause.ts";

export interface ListenLoopOptions {
  listen(): Promise<Listened>;
  onListened(listened: Listened): void;
  onError(error: unknown): void;
}

const AFTER_ERROR_MS = 1_000;

/** Listens to the sessions again and again, after each pause that the engine tells. */
export class ListenLoop {
  readonly #options: ListenLoopOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ListenLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) await pause(await this.#listenOnce(), this.#stop.signal);
  }

  async #listenOnce(): Promise<number> {
    try {
      const listened = await this.#options.listen();
      this.#options.onListened(listened);
      return listened.pauseMs;
    } catch (error) {
      this.#options.onError(error);
      return AFTER_ERROR_MS;
    }
  }
}
