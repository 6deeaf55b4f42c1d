export interface BucketOptions {
  /** How many are let through in the long run. */
  readonly perSecond: number;
  /** How many at once. */
  readonly burst: number;
  /** Of so many names it is remembered; who came longest ago is forgotten first, and begins anew. */
  readonly names: number;
}

/** A token bucket for each name. */
export class Buckets {
  readonly #options: BucketOptions;
  readonly #full = new Map<string, number>();

  constructor(options: BucketOptions) {
    this.#options = options;
  }

  /** How many seconds to wait; 0: this one is let through. `now` in milliseconds of a monotonic clock. */
  take(name: string, now: number): number {
    const { perSecond, burst, names } = this.#options;
    const each = 1_000 / perSecond;
    // One number tells it all: when the bucket is full again. Each that is let through moves that on.
    const full = Math.max(this.#full.get(name) ?? now, now);
    const wait = full + each - now - burst * each;
    this.#full.delete(name);
    this.#full.set(name, wait > 0 ? full : full + each);
    const [oldest] = this.#full.keys();
    if (this.#full.size > names && oldest !== undefined) this.#full.delete(oldest);
    return wait > 0 ? Math.ceil(wait / 1_000) : 0;
  }
}
