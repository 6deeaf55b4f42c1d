/** Goes on from its start until it is stopped: one turn after the other, as `run` has it. */
export class Loop {
  readonly #run: (signal: AbortSignal) => Promise<void>;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** `run` never rejects, and ends soon after the signal. */
  constructor(run: (signal: AbortSignal) => Promise<void>) {
    this.#run = run;
  }

  start(): void {
    this.#running ??= this.#run(this.#stop.signal);
  }

  /** Resolves when the turn that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
