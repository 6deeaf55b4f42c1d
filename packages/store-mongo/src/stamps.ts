import { randomInt } from "node:crypto";

/** Texts that ascend with time in this process, and that no other process makes: they order records by their creation. */
export class Stamps {
  readonly #process = freshName();
  #last: number;

  /** `last`: the highest that is stored; a clock that was set back does not go below it. */
  constructor(last: string | undefined) {
    this.#last = last === undefined ? 0 : Number.parseInt(last, 36);
  }

  next(): string {
    // Microseconds, or one more than the last.
    this.#last = Math.max(this.#last + 1, Date.now() * 1_000);
    return `${this.#last.toString(36).padStart(11, "0")}-${this.#process}`;
  }
}

export const isStamp = (text: unknown): boolean =>
  typeof text === "string" && /^[0-9a-z]{11}-[0-9a-z]{8}$/.test(text);

/** Eight letters and digits by chance. */
export const freshName = (): string =>
  randomInt(36 ** 8)
    .toString(36)
    .padStart(8, "0");
