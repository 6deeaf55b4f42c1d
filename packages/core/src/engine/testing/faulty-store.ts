import type { Key } from "../../domain/view.ts";
import {
  type Change,
  type CommitOutcome,
  type EventPage,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "../../ports/store.ts";

type Outcomes = readonly CommitOutcome[];
/** What becomes of one commit. */
export type Fault = (changes: readonly Change[], store: Store) => Promise<Outcomes>;

const all = (changes: readonly Change[], outcome: CommitOutcome) => changes.map(() => outcome);

/** It was written, and the connection died before the answer. */
export const answerLost: Fault = async (changes, store) => {
  await store.commit(changes);
  return all(changes, "unknown");
};
/** The connection died before it was written. */
export const neverArrived: Fault = async (changes) => all(changes, "unknown");
/** The connection died in the middle. */
export const cutOffAfter =
  (count: number): Fault =>
  async (changes, store) => {
    await store.commit(changes.slice(0, count));
    return all(changes, "unknown");
  };
export const contended: Fault = async (changes) => all(changes, "conflict");
export const down = async (): Promise<never> => {
  throw new StoreUnavailable("the disk is full", "Make room.");
};
export const broken = async (): Promise<never> => {
  throw new TypeError("a mistake in the store");
};
/** Something happens in between. */
export const after =
  (event: () => unknown, fault: Fault = (changes, store) => store.commit(changes)): Fault =>
  async (changes, store) => {
    await event();
    return fault(changes, store);
  };

/** A store whose next commits and loads go wrong as told; in between it is the store within. */
export class FaultyStore implements Store {
  readonly name = "faulty";
  /** How many flushes it asks for. */
  flushes = 1;
  /** What was to be written, commit by commit. */
  readonly commits: (readonly Change[])[] = [];
  /** What every load and commit waits for. */
  before: (action: "load" | "commit") => Promise<void> = async () => {};
  readonly #store: Store;
  readonly #faults: Fault[] = [];
  readonly #loadFaults: (() => Promise<void>)[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** The next commits, one after the other. */
  next(...faults: Fault[]): void {
    this.#faults.push(...faults);
  }

  nextLoad(...faults: (() => Promise<void>)[]): void {
    this.#loadFaults.push(...faults);
  }

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    await this.before("load");
    await this.#loadFaults.shift()?.();
    return this.#store.load(keys);
  }

  async commit(changes: readonly Change[]): Promise<Outcomes> {
    this.commits.push(changes);
    await this.before("commit");
    const fault = this.#faults.shift();
    return fault ? fault(changes, this.#store) : this.#store.commit(changes);
  }

  query(query: Query): Promise<Page> {
    return this.#store.query(query);
  }

  events(after: string | undefined, limit: number): Promise<EventPage> {
    return this.#store.events(after, limit);
  }

  trim(upTo: string): Promise<number> {
    return this.#store.trim(upTo);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
