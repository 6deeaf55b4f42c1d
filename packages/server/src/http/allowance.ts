/** So many a second; who comes beyond them is counted. */
export class Allowance {
  readonly #perSecond: number;
  #second = Number.NEGATIVE_INFINITY;
  #left = 0;
  #skipped = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** How many were not let through before; nothing where this one is not either. */
  take(now = performance.now()): number | undefined {
    if (now - this.#second >= 1_000) {
      this.#second = now;
      this.#left = this.#perSecond;
    }
    if (this.#left === 0) {
      this.#skipped += 1;
      return undefined;
    }
    this.#left -= 1;
    const skipped = this.#skipped;
    this.#skipped = 0;
    return skipped;
  }
}
