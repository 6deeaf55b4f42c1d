/** At a time; at one place no more than there is room for then, so that there is some for others. */
const MOST = 750;
/** At a place that hangs: as many as such a place may make calls, where it is the only one. */
const MOST_WHERE_IT_HANGS = 12;

/** Attempts and searches under way, at most one for a resource. Those at places that hang take nobody's room. */
export class UnderWay {
  readonly #hangs: (place: string) => boolean;
  readonly #ends = new Map<string, Promise<void>>();
  /** How many, by place. */
  readonly #at = new Map<string, number>();

  constructor(hangs: (place: string) => boolean) {
    this.#hangs = hangs;
  }

  /** Returns whether it was begun; `work` never rejects. */
  begin(id: string, place: string, work: () => Promise<void>): boolean {
    if (this.#ends.has(id) || !this.#hasRoom(place)) return false;
    this.#at.set(place, this.#of(place) + 1);
    const ended = work().finally(() => this.#end(id, place));
    this.#ends.set(id, ended);
    return true;
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends.values());
  }

  #hasRoom(place: string): boolean {
    const there = this.#of(place);
    if (this.#hangs(place)) return there < MOST_WHERE_IT_HANGS;
    const counted = [...this.#at].filter(([it]) => !this.#hangs(it)).map(([, count]) => count);
    return there < MOST - counted.reduce((sum, count) => sum + count, 0);
  }

  #of(place: string): number {
    return this.#at.get(place) ?? 0;
  }

  #end(id: string, place: string): void {
    this.#ends.delete(id);
    const others = this.#of(place) - 1;
    if (others > 0) this.#at.set(place, others);
    else this.#at.delete(place);
  }
}
