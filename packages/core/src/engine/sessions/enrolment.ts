import type { Ms } from "../../domain/fact.ts";
import { OPEN_SESSION } from "../../domain/indexed.ts";
import type { Session } from "../../domain/record.ts";
import { sessionKey } from "../../domain/view.ts";
import { pagesOf } from "../../ports/pages.ts";
import type { Store } from "../../ports/store.ts";
import { readPage } from "../../ports/stored-record.ts";
import { PAGE } from "../looking.ts";
import type { Roll } from "./roll.ts";

/** How often all sessions are read from the store: those of a server that died with them are known to nobody. */
const READ_ALL = 600_000;

/** Puts on the roll whom the store says to be open, where no beat does. */
export class Enrolment {
  readonly #store: Store;
  readonly #monotonic: () => Ms;
  readonly #roll: Roll;
  #readAll = Number.NEGATIVE_INFINITY;
  readonly #unsure = new Set<string>();

  constructor({ store, monotonic }: { store: Store; monotonic: () => Ms }, roll: Roll) {
    this.#store = store;
    this.#monotonic = monotonic;
    this.#roll = roll;
  }

  /** Its record may say that it is open, and nobody hears it yet: the next turn asks. */
  mayBeOpen(id: string): void {
    this.#unsure.add(id);
  }

  async enterWhereDue(): Promise<void> {
    const now = this.#monotonic();
    if (now - this.#readAll > READ_ALL) await this.#enterAll(now);
    const ids = [...this.#unsure];
    await this.enter(ids);
    for (const id of ids) this.#unsure.delete(id);
  }

  async enter(ids: readonly string[]): Promise<void> {
    for (const session of await loadSessions(this.#store, ids)) this.#roll.enter(session);
  }

  async #enterAll(now: Ms): Promise<void> {
    const open = { kind: "session", tags: [OPEN_SESSION], order: "newest", limit: PAGE } as const;
    for await (const page of pagesOf(this.#store, open)) {
      for (const session of readPage(page.records) as readonly Session[]) this.#roll.enter(session);
    }
    this.#readAll = now;
  }
}

export async function loadSessions(store: Store, ids: readonly string[]): Promise<readonly Session[]> {
  if (ids.length === 0) return [];
  return readPage(await store.load(ids.map((id) => sessionKey(id)))) as readonly Session[];
}
