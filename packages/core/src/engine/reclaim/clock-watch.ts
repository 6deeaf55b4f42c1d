/** A step of the wall clock beyond this is nobody's drift. */
const MOST_MS = 2_000;

/** Notices where the wall clock was set: nothing that was decided by it can be trusted for a while. */
export class ClockWatch {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #offset: number | undefined;

  constructor(wall: () => number, monotonic: () => number) {
    this.#wall = wall;
    this.#monotonic = monotonic;
  }

  /** By how many milliseconds it was set since this was asked last; nothing where it was not. */
  jumped(): number | undefined {
    const offset = this.#wall() - this.#monotonic();
    const jump = offset - (this.#offset ?? offset);
    this.#offset = offset;
    return Math.abs(jump) > MOST_MS ? Math.round(jump) : undefined;
  }
}

/** By how many milliseconds somebody else's clock is ahead, as his facts show; nothing where it is not. */
export function aheadBy(arrivals: readonly number[], now: number): number | undefined {
  const ahead = Math.max(...arrivals, Number.NEGATIVE_INFINITY) - now;
  return ahead > MOST_MS ? Math.round(ahead) : undefined;
}
