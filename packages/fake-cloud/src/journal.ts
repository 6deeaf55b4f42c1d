import type { FaultKind, Operation } from "./faults.ts";
import type { Instance } from "./instance.ts";

interface Entry {
  /** Counted from 1, in the order in which it happened. */
  readonly number: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** What the header `x-caller` said. */
  readonly by: string;
}

type About = Pick<Instance, "id" | "uid" | "account" | "name" | "tags">;

/**
 * What happened to a thing: `created`; `replayed`: asked for again with its token; `deleting`: a delete was accepted;
 * `refused`: a delete was not; `gone`.
 */
export interface Event extends Entry, About {
  readonly event: "created" | "replayed" | "deleting" | "refused" | "gone";
  /** Why a delete was refused. */
  readonly reason?: string;
}

/** What was made to go wrong. */
export interface Injected extends Entry {
  readonly event: "fault";
  readonly on: Operation;
  readonly fault: FaultKind;
}

export type JournalEntry = Event | Injected;

/** Everything that happened, in precise order. */
export class Journal {
  readonly #entries: JournalEntry[] = [];

  after(number: number): readonly JournalEntry[] {
    return this.#entries.slice(number);
  }

  note(at: number, event: Event["event"], about: Instance, by: string, reason?: string): void {
    const { id, uid, account, name, tags } = about;
    const more = reason === undefined ? {} : { reason };
    this.#entries.push({ number: this.#next, at, by, event, id, uid, account, name, tags, ...more });
  }

  noteFault(at: number, on: Operation, fault: FaultKind, by: string): void {
    this.#entries.push({ number: this.#next, at, by, event: "fault", on, fault });
  }

  get #next(): number {
    return this.#entries.length + 1;
  }
}
