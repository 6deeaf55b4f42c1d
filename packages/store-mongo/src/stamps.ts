import { randomInt } from "node:crypto";

/**
 * Texts that ascend with time in this process, and that no other process makes. They order records by their creation,
 * and mark what one flush wrote.
 */
export class Stamps {
  readonly #server = randomInt(36 ** 8)
    .toString(36)
    .padStart(8, "0");
  /** Flushes of this process of which it is not known whether they are durable. */
  readonly #open = new Set<string>();
  #last: number;

  /** `last`: the highest that is stored; a clock that was set back does not go below it. */
  constructor(last: string | undefined) {
    this.#last = last === undefined ? 0 : Number.parseInt(last, 36);
  }

  get server(): string {
    return this.#server;
  }

  next(): string {
    // Microseconds, or one more than the last.
    this.#last = Math.max(this.#last + 1, Date.now() * 1_000);
    return `${this.#last.toString(36).padStart(11, "0")}-${this.#server}`;
  }

  /** Begins a flush. */
  begin(): string {
    const stamp = this.next();
    this.#open.add(stamp);
    return stamp;
  }

  confirmed(stamp: string): void {
    this.#open.delete(stamp);
  }

  /** Whether this process itself knows that what bears the stamp is durable. */
  isConfirmed(stamp: string): boolean {
    return stamp.endsWith(`-${this.#server}`) && !this.#open.has(stamp);
  }
}

export const isStamp = (text: unknown): boolean =>
  typeof text === "string" && /^[0-9a-z]{11}-[0-9a-z]{8}$/.test(text);
