import type { Key } from "../domain/view.ts";

interface Waiting {
  readonly keys: readonly Key[];
}

/** Those that wait for a flush, in the order in which they came, and the records of the flushes that are under way. */
export class Line<Entry extends Waiting> {
  readonly #flushes: number;
  #waiting: Entry[] = [];
  /** Where several flushes may be under way. */
  readonly #busy = new Set<string>();

  constructor(flushes: number) {
    this.#flushes = flushes;
  }

  get length(): number {
    return this.#waiting.length;
  }

  join(entry: Entry): void {
    this.#waiting.push(entry);
  }

  /** Before all others. */
  rejoin(entries: readonly Entry[]): void {
    this.#waiting = [...entries, ...this.#waiting];
  }

  /** So many for the next flush, or less: none that names a record which another flush is at. */
  take(most: number): readonly Entry[] {
    if (this.#flushes === 1) return this.#waiting.splice(0, most);
    const [taken, left]: [Entry[], Entry[]] = [[], []];
    // Whoever waits for a record keeps those behind him waiting for it, too; one who looks by a tag may mean any.
    const awaited = new Set(this.#busy);
    let anyAwaited = false;
    for (const entry of this.#waiting) {
      const names = writtenBy(entry);
      const looks = entry.keys.some(({ kind }) => kind === "tag");
      const isTheirs = looks ? awaited.size > 0 : names.some((name) => awaited.has(name));
      const isFree = taken.length < most && !anyAwaited && !isTheirs;
      (isFree ? taken : left).push(entry);
      if (isFree) continue;
      anyAwaited ||= looks;
      for (const name of names) awaited.add(name);
    }
    this.#waiting = left;
    for (const name of taken.flatMap(writtenBy)) this.#busy.add(name);
    return taken;
  }

  /** Their flush is over. */
  release(entries: readonly Entry[]): void {
    if (this.#flushes === 1) return;
    for (const name of entries.flatMap(writtenBy)) this.#busy.delete(name);
  }
}

const writtenBy = ({ keys }: Waiting): readonly string[] =>
  keys.filter((key) => !("reads" in key)).map(nameOfKey);

export const nameOfKey = (key: Key): string => `${key.kind} ${key.kind === "tag" ? key.tag : key.id}`;
