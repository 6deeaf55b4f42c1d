import type { replyOf } from "../../domain/commands/heartbeat.ts";
import type { Ms } from "../../domain/fact.ts";
import { type Audible, silenceSince } from "./audible.ts";

/** A session that is open, as far as this server knows. */
export interface Entry {
  readonly id: string;
  readonly ttl: Ms;
  /** What its engine is told with each answer. */
  readonly reply: ReturnType<typeof replyOf>;
  /** When it was heard last by any server, in audible time. */
  heard: Ms;
  /** The same by the monotonic clock; absent until it was heard once since this server could hear. */
  known: Ms | undefined;
  /** Until then, by the monotonic clock, the record is asked each time: others may have lapsed it unheard. */
  doubtful: Ms;
  /** The same as `known` by the wall clock, for people. */
  wall: Ms | undefined;
}

/** Who has missed a beat: an engine beats at a third of its TTL, and its news may be a quarter of it old. */
const MISSED = 0.6;

/** Every session that is open, in memory. */
export class Roll {
  readonly #entries = new Map<string, Entry>();
  /** How many there are of each TTL. */
  readonly #ttls = new Map<Ms, number>();

  get size(): number {
    return this.#entries.size;
  }

  get shortestTtl(): Ms | undefined {
    return this.#ttls.size === 0 ? undefined : Math.min(...this.#ttls.keys());
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** What is known already stays as it is known. */
  add(id: string, ttl: Ms, reply: ReturnType<typeof replyOf>, heard: Ms): Entry {
    const known = this.#entries.get(id);
    if (known) return known;
    const entry: Entry = { id, ttl, reply, heard, known: undefined, doubtful: 0, wall: undefined };
    this.#entries.set(id, entry);
    this.#ttls.set(ttl, (this.#ttls.get(ttl) ?? 0) + 1);
    return entry;
  }

  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    const left = (this.#ttls.get(entry.ttl) ?? 1) - 1;
    if (left > 0) this.#ttls.set(entry.ttl, left);
    else this.#ttls.delete(entry.ttl);
  }

  /** Whatever happened to them while this server could not hear, it has not heard of. */
  forgetKnown(): void {
    for (const entry of this.#entries.values()) entry.known = undefined;
  }

  /** Those that were silent for their whole TTL. */
  lapsed(audible: Audible): Entry[] {
    const lapsed: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (silenceSince(audible, entry.heard) >= entry.ttl) lapsed.push(entry);
    }
    return lapsed;
  }

  /** How many have missed a beat, of how many with such a TTL or a shorter one. */
  silent(audible: Audible, ttl: Ms): { silent: number; of: number } {
    const count = { silent: 0, of: 0 };
    for (const entry of this.#entries.values()) {
      if (entry.ttl > ttl) continue;
      count.of += 1;
      if (silenceSince(audible, entry.heard) >= MISSED * entry.ttl) count.silent += 1;
    }
    return count;
  }
}
