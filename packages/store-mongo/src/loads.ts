import type { Change } from "@drett/core";
import { keyOf } from "./keys.ts";
import type { Group, Mark } from "./marks.ts";

/** What was seen on a record when it was loaded. */
interface Seen {
  readonly version: number;
  /** Marks of what the feed had not told. */
  readonly untold: readonly Mark[];
}

const REMEMBERED = 20_000;

/** What was loaded of late: a write at the same version finds the record as it was seen, and needs not ask again. */
export class Loads {
  readonly #seen = new Map<string, Seen>();

  note(key: string, seen: Seen): void {
    if (this.#seen.size > REMEMBERED) this.#seen.clear();
    this.#seen.set(key, seen);
  }

  isTold(change: Change): boolean {
    return this.#of(change)?.untold.length === 0;
  }

  /** What is to be told before what the changes bring, so that the facts of a record stay in their order. */
  before(changes: readonly Change[]): Group[] {
    return changes.flatMap((change) => {
      const { untold = [] } = this.#of(change) ?? {};
      return untold.map((mark) => ({ ...mark, records: [keyOf(change)] }));
    });
  }

  forget(changes: readonly Change[]): void {
    for (const change of changes) this.#seen.delete(keyOf(change));
  }

  #of(change: Change): Seen | undefined {
    const seen = this.#seen.get(keyOf(change));
    return seen?.version === change.expected ? seen : undefined;
  }
}
