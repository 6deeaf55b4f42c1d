import type { Ms } from "../../domain/fact.ts";
import { changeOf } from "../../ports/factless.ts";
import { type Store, StoreUnavailable } from "../../ports/store.ts";
import { HEARING_TAG, type HearingRecord, type Presence, presenceIn, removalOf } from "./hearing-records.ts";

/** A record's bytes are bounded, and so is what one session that was heard costs. */
const SESSIONS_PER_PAGE = 1_000;

interface Page {
  readonly heard: Map<string, Ms>;
  readonly lost: Map<string, number>;
  revision: number;
  isWritten: boolean;
}

/**
 * What this server has heard of the sessions, for the others to read: one record that says that it is there, and
 * one for each thousand sessions. They are written over and over, as records without a fact: nothing of it is kept.
 */
export class HearingPages {
  readonly #store: Store;
  /** Tells this process from another one of the same name. */
  readonly #run = crypto.randomUUID();
  readonly #versions = new Map<string, number>();
  readonly #pages: Page[] = [];
  readonly #places = new Map<string, Page>();
  #name: string;
  #beat = 0;
  #isSure = false;
  /** Whose name it took over at its start: that it still stands there only says that nothing was written since. */
  #before: string | undefined;

  constructor(store: Store, name = freshName()) {
    this.#store = store;
    this.#name = name;
  }

  get name(): string {
    return this.#name;
  }

  note(session: string, wall: Ms, lost: number): void {
    const page = this.#places.get(session) ?? this.#place(session);
    page.heard.set(session, wall);
    if (lost > 0) page.lost.set(session, lost);
    page.isWritten = false;
  }

  remove(session: string): void {
    const page = this.#places.get(session);
    page?.heard.delete(session);
    page?.lost.delete(session);
    this.#places.delete(session);
  }

  /** Writes what is new, and that this server is there. Rejects unless all of it is durable. */
  async flush(wall: Ms): Promise<void> {
    if (!this.#isSure) await this.#learnVersions();
    this.#beat += 1;
    const dirty = this.#pages.filter(({ isWritten }) => !isWritten);
    // What is heard while it is being written goes into the next one.
    for (const page of dirty) {
      page.revision += 1;
      page.isWritten = true;
    }
    await this.#write([this.#presence(wall), ...dirty.map((page) => this.#pageRecord(page))], dirty);
  }

  /** Nobody is to wait for this server any more. */
  async leave(): Promise<void> {
    if (this.#beat === 0) return;
    if (!this.#isSure) await this.#learnVersions();
    await this.#store.commit([...this.#versions].map(([id, version]) => removalOf(id, version)));
  }

  async #write(records: readonly HearingRecord[], dirty: readonly Page[]): Promise<void> {
    const changes = records.map((record) => changeOf(record, this.#versions.get(record.id) ?? 0));
    try {
      const outcomes = await this.#store.commit(changes);
      for (const [place, { id, expected }] of changes.entries()) {
        if (outcomes[place] === "applied") this.#versions.set(id, expected + 1);
      }
      if (outcomes.every((outcome) => outcome === "applied")) return;
    } catch (error) {
      this.#doubt(dirty);
      throw error;
    }
    this.#doubt(dirty);
    throw new StoreUnavailable("what was heard of the sessions was not written", "It is tried again.");
  }

  #doubt(dirty: readonly Page[]): void {
    this.#isSure = false;
    for (const page of dirty) page.isWritten = false;
  }

  /** As they are stored. Where another process has taken the name since this one began, it takes another. */
  async #learnVersions(): Promise<void> {
    const ids = [this.#name, ...this.#pages.map((_, place) => this.#pageId(place))];
    const stored = await this.#store.load(ids.map((id) => ({ kind: "hearing", id })));
    this.#versions.clear();
    for (const { id, version } of stored) this.#versions.set(id, version);
    const own = stored.find(({ id }) => id === this.#name);
    const run = own && presenceIn(own).run;
    if (this.#beat === 0) this.#before = run;
    else if (run !== undefined && run !== this.#run && run !== this.#before) this.#rename();
    this.#isSure = true;
  }

  #rename(): void {
    this.#name = freshName();
    this.#versions.clear();
    for (const page of this.#pages) page.isWritten = false;
  }

  #place(session: string): Page {
    let page = this.#pages.find(({ heard }) => heard.size < SESSIONS_PER_PAGE);
    if (!page) {
      page = { heard: new Map(), lost: new Map(), revision: 0, isWritten: false };
      this.#pages.push(page);
      // A process of this name that was here before may have left such a page.
      this.#isSure = false;
    }
    this.#places.set(session, page);
    return page;
  }

  #pageId = (place: number) => `${this.#name.slice(0, 50)}-page-${place + 1}`;

  #presence(at: Ms): HearingRecord {
    const pages = this.#pages.map(({ revision }, place) => [this.#pageId(place), revision] as const);
    const body: Presence = { run: this.#run, beat: this.#beat, at, pages: Object.fromEntries(pages) };
    return { kind: "hearing", id: this.#name, tags: [HEARING_TAG], body };
  }

  #pageRecord(page: Page): HearingRecord {
    const { revision, heard, lost } = page;
    const body = {
      revision,
      heard: Object.fromEntries(heard),
      ...(lost.size > 0 && { lost: Object.fromEntries(lost) }),
    };
    return { kind: "hearing", id: this.#pageId(this.#pages.indexOf(page)), tags: [], body };
  }
}

const freshName = () => `server-${crypto.randomUUID()}`;
