import { Room } from "./room.ts";

/** Does it after so many milliseconds, unless the function that it returns is called before. */
export type Later = (ms: number, act: () => void) => () => void;

/** Calls at a time; beside them, those that hang, or are made where others hang. */
const QUICK = 48;
const SLOW = 24;
/** What has not answered by then hangs. */
const PATIENCE_MS = 10_000;
/** So many places that hang are remembered. */
const MOST_LATE = 10_000;

interface Call {
  readonly place: string;
  /** What it takes its place from. */
  room: Room;
  readonly cut: AbortController;
}

type Start = (room: Room) => void;

/**
 * Lets calls to providers in by turns, place by place. However many places hang, none that answers waits for them: a
 * call that hangs takes other room from then on, and so do, from their beginning, all that are made at its place until
 * one is answered in time again. Where that room is full, what has hung for longest is cut off.
 */
export class Slots {
  readonly #later: Later;
  readonly #quick = new Room(QUICK);
  readonly #slow = new Room(SLOW);
  /** What has hung for longest comes first. */
  readonly #hanging = new Set<Call>();
  /** The places that hang. */
  readonly #late = new Set<string>();
  /** By place; the one that waits longest for its turn comes first. */
  readonly #waiting = new Map<string, readonly Start[]>();

  constructor(later: Later = afterwards) {
    this.#later = later;
  }

  /** Whether a call hangs there, or none was answered in time since one did. */
  hangs(place: string): boolean {
    return this.#late.has(place);
  }

  /** Rejects where the signal aborts before its turn has come. `cut` aborts where others need its turn. */
  async run<Result>(
    place: string,
    signal: AbortSignal,
    make: (cut: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const room = await this.#enter(place, signal);
    const call: Call = { place, room, cut: new AbortController() };
    let isLate = false;
    const isAnswered = this.#later(PATIENCE_MS, () => {
      isLate = true;
      this.#hang(call);
    });
    try {
      return await make(call.cut.signal);
    } finally {
      isAnswered();
      this.#hanging.delete(call);
      call.room.leave(place);
      if (!isLate) this.#answered(place);
      this.#next();
    }
  }

  #enter(place: string, signal: AbortSignal): Promise<Room> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const others = this.#line(place).filter((it) => it !== start);
        this.#wait(place, others);
        reject(new Error("there was no time left"));
      };
      const start = (room: Room) => {
        signal.removeEventListener("abort", giveUp);
        resolve(room);
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      this.#wait(place, [...this.#line(place), start]);
      this.#next();
    });
  }

  #line(place: string): readonly Start[] {
    return this.#waiting.get(place) ?? [];
  }

  #wait(place: string, line: readonly Start[]): void {
    if (line.length > 0) this.#waiting.set(place, line);
    else this.#waiting.delete(place);
  }

  /** Lets in whoever there is room for; whose turn it was goes to the end. */
  #next(): void {
    for (const [place, [first, ...others]] of this.#waiting) {
      const room = this.hangs(place) ? this.#slow : this.#quick;
      if (!first || !room.isThereFor(place)) continue;
      this.#waiting.delete(place);
      this.#wait(place, others);
      room.enter(place);
      first(room);
    }
  }

  #hang(call: Call): void {
    this.#hanging.add(call);
    this.#late.add(call.place);
    this.#forgetOldest();
    if (call.room === this.#quick) {
      if (this.#slow.isFull) this.#cutOff();
      this.#quick.leave(call.place);
      this.#slow.enter(call.place);
      call.room = this.#slow;
    }
    this.#next();
  }

  /** What has hung for longest. */
  #cutOff(): void {
    const [longest] = this.#hanging;
    longest?.cut.abort();
    if (longest) this.#hanging.delete(longest);
  }

  #answered(place: string): void {
    if (![...this.#hanging].some((call) => call.place === place)) this.#late.delete(place);
  }

  #forgetOldest(): void {
    const [oldest] = this.#late;
    if (this.#late.size > MOST_LATE && oldest !== undefined) this.#late.delete(oldest);
  }
}

function afterwards(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
