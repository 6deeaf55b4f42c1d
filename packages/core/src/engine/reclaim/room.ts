/** So many at a time, and of one place no more than are free then: what one takes leaves room for others. */
export class Room {
  readonly #most: number;
  #busy = 0;
  readonly #busyIn = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#busy >= this.#most;
  }

  isThereFor(place: string): boolean {
    return this.#of(place) < this.#most - this.#busy;
  }

  enter(place: string): void {
    this.#busy += 1;
    this.#busyIn.set(place, this.#of(place) + 1);
  }

  leave(place: string): void {
    this.#busy -= 1;
    const others = this.#of(place) - 1;
    if (others > 0) this.#busyIn.set(place, others);
    else this.#busyIn.delete(place);
  }

  #of(place: string): number {
    return this.#busyIn.get(place) ?? 0;
  }
}
