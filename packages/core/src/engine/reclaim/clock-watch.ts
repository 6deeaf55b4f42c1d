/** A step of the wall clock beyond this is nobody's drift. */
const MOST_MS = 2_000;

/** Notices where the wall clock was set: nothing that was decided by it can be trusted for a while. */
export class ClockWatch {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #accepted: number;

  constructor(wall: () => number, monotonic: () => number) {
    this.#wall = wall;
    this.#monotonic = monotonic;
    this.#accepted = this.offset();
  }

  /** How far the wall clock is ahead of the one that nobody sets. */
  offset(): number {
    return this.#wall() - this.#monotonic();
  }

  /** By how many milliseconds it was set since an offset was accepted; nothing where it was not. */
  jumpTo(offset = this.offset()): number | undefined {
    const jump = offset - this.#accepted;
    return Math.abs(jump) > MOST_MS ? Math.round(jump) : undefined;
  }

  /** Drift, or a jump that has been seen to. */
  accept(offset: number): void {
    this.#accepted = offset;
  }
}

/** By how many milliseconds somebody else's clock is ahead, as his facts show; nothing where it is not. */
export function aheadBy(arrivals: readonly number[], now: number): number | undefined {
  const ahead = Math.max(...arrivals, Number.NEGATIVE_INFINITY) - now;
  return ahead > MOST_MS ? Math.round(ahead) : undefined;
}
