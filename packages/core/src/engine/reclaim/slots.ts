interface Waiting {
  readonly start: () => void;
}

/**
 * So many calls at a time, and of one place no more than a share of them: a place in which every call hangs leaves room
 * for the others. Places take turns.
 */
export class Slots {
  readonly #most: number;
  readonly #mostOfOne: number;
  #busy = 0;
  readonly #busyIn = new Map<string, number>();
  /** By place; the one that waits longest for its turn comes first. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(most: number, mostOfOne: number) {
    this.#most = most;
    this.#mostOfOne = mostOfOne;
  }

  async run<Result>(place: string, call: () => Promise<Result>): Promise<Result> {
    await this.#enter(place);
    try {
      return await call();
    } finally {
      this.#busy -= 1;
      this.#busyIn.set(place, this.#of(place) - 1);
      if (this.#of(place) === 0) this.#busyIn.delete(place);
      this.#next();
    }
  }

  #of(place: string): number {
    return this.#busyIn.get(place) ?? 0;
  }

  #hasRoom(place: string): boolean {
    return this.#busy < this.#most && this.#of(place) < this.#mostOfOne;
  }

  async #enter(place: string): Promise<void> {
    if (!this.#hasRoom(place) || this.#waiting.has(place)) {
      await new Promise<void>((start) => {
        const line = this.#waiting.get(place) ?? [];
        this.#waiting.set(place, [...line, { start }]);
        this.#next();
      });
      return;
    }
    this.#take(place);
  }

  #take(place: string): void {
    this.#busy += 1;
    this.#busyIn.set(place, this.#of(place) + 1);
  }

  /** Lets in whoever there is room for; whose turn it was goes to the end. */
  #next(): void {
    for (const [place, line] of this.#waiting) {
      const [first, ...others] = line;
      if (!first || !this.#hasRoom(place)) continue;
      this.#waiting.delete(place);
      if (others.length > 0) this.#waiting.set(place, others);
      this.#take(place);
      first.start();
    }
  }
}
