import { createHash } from "node:crypto";

/**
 * The file of an export, a JSON value a line: what it is, then the records, allocations before resources, then what is
 * left of those that were pruned. After every
 * so many, and at the end, how many there were so far and the SHA-256 of all that was written before that line. It holds no
 * time and no name of a store, so that equal data makes equal files.
 */
export const HEADER = { drett: "export", format: 2 } as const;
/** Without tombstones; otherwise the same. */
export const FORMER = 1;
export const CHECK_EVERY = 1_000;

export interface Check {
  readonly check: "so far" | "end";
  readonly records: number;
  readonly sha256: string;
}

/** Counts and hashes the lines as they are written, or as they are read. */
export class Sum {
  readonly #hash = createHash("sha256");
  records = 0;

  add(line: string): void {
    this.#hash.update(`${line}\n`);
  }

  check(check: Check["check"]): Check {
    return { check, records: this.records, sha256: this.#hash.copy().digest("hex") };
  }
}
