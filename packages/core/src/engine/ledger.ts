import {
  addBurden,
  type Burden,
  burdenOf,
  noUsage,
  type Quotas,
  quotaOf,
  type Usages,
} from "../domain/quota.ts";
import type { Resource } from "../domain/record.ts";

interface Entry {
  /** How many facts it rests on: of two readings of a record the one with more facts is the later. */
  readonly facts: number;
  /** Nothing of what is closed: it is kept only so that an older reading does not bring it back. */
  readonly burden: Burden | undefined;
  /** Whether it was written is not known: whatever is read counts. */
  readonly isDoubtful: boolean;
}

/** What the applications that have a quota hold: by what this server decides, and by what it reads now and then. */
export class Ledger {
  readonly #quotas: Quotas;
  readonly #entries = new Map<string, Entry>();
  readonly #usages: Usages = new Map();

  constructor(quotas: Quotas) {
    this.#quotas = quotas;
  }

  allowanceOf(application: string) {
    const quota = quotaOf(this.#quotas, application);
    return quota && { quota, usage: this.#usages.get(application) ?? noUsage() };
  }

  /** It was decided so: it counts before it is written, so that what is decided next reckons with it. */
  decided(resource: Resource): void {
    // What it no longer takes is free for others only once that is written.
    if (burdenOf(resource)) this.#set(resource.id, resource);
  }

  written(resource: Resource): void {
    this.#set(resource.id, resource);
  }

  /** It may not have been written: it counts until somebody has looked. */
  doubt(id: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#entries.set(id, { ...entry, isDoubtful: true });
  }

  /** It was read so, or is not there. */
  learn(id: string, resource: Resource | undefined): void {
    const known = this.#entries.get(id);
    const isOlder = known && !known.isDoubtful && known.facts > (resource?.facts.length ?? 0);
    if (!isOlder) this.#set(id, resource);
  }

  /** The ids that count, or did until lately. */
  ids(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  /** Those among them that are closed. */
  closed(): readonly string[] {
    return [...this.#entries].flatMap(([id, { burden }]) => (burden ? [] : [id]));
  }

  /** Drops those that are still closed. */
  drop(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry && !entry.burden && !entry.isDoubtful) this.#entries.delete(id);
    }
  }

  #set(id: string, resource: Resource | undefined): void {
    const before = this.#entries.get(id);
    const burden = resource && burdenOf(resource);
    if (!before && !(burden && quotaOf(this.#quotas, burden.application))) return;
    if (before?.burden) addBurden(this.#usages, before.burden, -1);
    if (burden) addBurden(this.#usages, burden, 1);
    this.#entries.set(id, { facts: resource?.facts.length ?? 0, burden, isDoubtful: false });
  }
}
