/** Rung while nobody waits, it is heard by the next who does. */
export class Bell {
  #isRung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#isRung = true;
    this.#wake?.();
  }

  /** Resolves when it rings, at the latest after so many milliseconds, or at the signal. */
  async rings(atMostMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        const timer = setTimeout(wake, atMostMs);
        signal.addEventListener("abort", wake);
        this.#wake = wake;
      });
    }
    this.#isRung = false;
    this.#wake = undefined;
  }
}
