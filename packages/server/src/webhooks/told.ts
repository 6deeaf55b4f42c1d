import { bodyOf, changeOf, type Store } from "@drett/core";
import { KEY_LENGTH } from "./found.ts";

/** A record's bytes are bounded. */
const KEYS_PER_PAGE = 10_000;

interface Page {
  readonly id: string;
  readonly keys: Set<string>;
  version: number;
  isWritten: boolean;
}

/**
 * What one target has been told and what is still found, by the keys of the findings: pages in the store, which every
 * server reads.
 */
export class Told {
  readonly #store: Store;
  readonly #name: string;
  #pages: Page[] = [];
  /** The walk that has come by it last, of each key. */
  readonly #seen = new Map<string, number>();
  #walk = 0;
  #isCertain = false;

  constructor(store: Store, name: string) {
    this.#store = store;
    this.#name = name;
  }

  /** Whether this is what is stored, as far as this server knows. */
  get isCertain(): boolean {
    return this.#isCertain;
  }

  /** `latest`: those of the last message, which are not in the pages yet. */
  async read(latest: Iterable<string>): Promise<void> {
    this.#pages = [];
    this.#seen.clear();
    for (let page = await this.#load(1); page.version > 0; page = await this.#load(this.#pages.length + 1)) {
      this.#pages.push(page);
      for (const key of page.keys) this.#seen.set(key, this.#walk);
    }
    this.add(latest);
    this.#isCertain = true;
  }

  add(keys: Iterable<string>): void {
    for (const key of keys) this.#seen.set(key, this.#walk);
  }

  has(key: string): boolean {
    if (!this.#seen.has(key)) return false;
    this.#seen.set(key, this.#walk);
    return true;
  }

  /**
   * All that is found has been asked for. Puts these into the pages, and drops what two walks have not come by: one
   * alone passes over a record that moves up while it is under way.
   */
  async endWalk(latest: Iterable<string>): Promise<void> {
    const rest = new Set(latest);
    for (const page of this.#pages) {
      for (const key of page.keys) {
        rest.delete(key);
        if (this.#isFound(key)) continue;
        page.keys.delete(key);
        page.isWritten = false;
        this.#seen.delete(key);
      }
    }
    for (const key of rest) this.#pageWithRoom().keys.add(key);
    this.#walk += 1;
    await this.#write();
  }

  #isFound = (key: string): boolean => (this.#seen.get(key) ?? 0) >= this.#walk - 1;

  #pageWithRoom(): Page {
    let page = this.#pages.find(({ keys }) => keys.size < KEYS_PER_PAGE);
    if (page === undefined) {
      page = { id: this.#idOf(this.#pages.length + 1), keys: new Set(), version: 0, isWritten: false };
      this.#pages.push(page);
    }
    page.isWritten = false;
    return page;
  }

  async #write(): Promise<void> {
    const dirty = this.#pages.filter(({ isWritten }) => !isWritten);
    if (dirty.length === 0) return;
    this.#isCertain = false;
    const outcomes = await this.#store.commit(
      dirty.map(({ id, keys, version }) =>
        changeOf({ kind: "delivery", id, tags: [], body: { keys: joined(keys) } }, version),
      ),
    );
    for (const page of dirty) {
      page.version += 1;
      page.isWritten = true;
    }
    this.#isCertain = outcomes.every((outcome) => outcome === "applied");
  }

  async #load(number: number): Promise<Page> {
    const id = this.#idOf(number);
    const [stored] = await this.#store.load([{ kind: "delivery", id }]);
    const keys = stored === undefined ? "" : (bodyOf(stored) as { keys: string }).keys;
    return { id, keys: new Set(apart(keys)), version: stored?.version ?? 0, isWritten: true };
  }

  #idOf = (number: number) => `told-${number}-${this.#name}`;
}

export const joined = (keys: Iterable<string>): string => [...keys].join("");

export const apart = (text: string): string[] =>
  Array.from({ length: text.length / KEY_LENGTH }, (_, place) =>
    text.slice(place * KEY_LENGTH, (place + 1) * KEY_LENGTH),
  );
