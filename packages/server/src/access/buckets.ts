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
  /** Milliseconds until there is room for one more. */
  readonly #each: number;
  readonly #full = new Map<string, number>();

  constructor(options: BucketOptions) {
    this.#options = options;
    this.#each = 1_000 / options.perSecond;
  }

  /** How many seconds to wait; 0: this one is let through. `now` in milliseconds of a monotonic clock. */
  take(name: string, now: number): number {
    // One number tells it all: when the bucket is full again. Each that is let through moves that on.
    const wait = this.#fullAt(name, now) + this.#each - now - this.#options.burst * this.#each;
    this.charge(name, now, wait > 0 ? 0 : 1);
    return wait > 0 ? Math.ceil(wait / 1_000) : 0;
  }

  /** Takes so many more of one that was let through, be it that the bucket goes into debt. */
  charge(name: string, now: number, more: number): void {
    const full = this.#fullAt(name, now) + more * this.#each;
    this.#full.delete(name);
    this.#full.set(name, full);
    const [oldest] = this.#full.keys();
    if (this.#full.size > this.#options.names && oldest !== undefined) this.#full.delete(oldest);
  }

  /** How many are missing from the bucket. */
  taken(name: string, now: number): number {
    return Math.ceil((this.#fullAt(name, now) - now) / this.#each);
  }

  #fullAt = (name: string, now: number) => Math.max(this.#full.get(name) ?? now, now);
}
