import { replyOf } from "../../domain/commands/heartbeat.ts";
import { after } from "../../domain/defaults.ts";
import { stateOfSession } from "../../domain/derive-session.ts";
import type { Ms } from "../../domain/fact.ts";
import type { Session } from "../../domain/record.ts";
import type { Clock } from "../../ports/clock.ts";
import { type Audible, listen, NOTHING_HEARD, silenceSince, timeAt } from "./audible.ts";
import { CUT_OFF, LATELY, MISSED } from "./pace.ts";

export interface Clocks {
  readonly clock: Clock;
  /** Milliseconds that no setting of the clock moves. */
  readonly monotonic: () => Ms;
}

/** What the engine of a session is told with each answer. */
export type Reply = ReturnType<typeof replyOf>;

/** A session that is open, as far as this server knows. */
export interface Entry {
  readonly id: string;
  readonly ttl: Ms;
  readonly reply: Reply;
  /** When it was heard last by any server, in audible time. */
  readonly heard: Ms;
  /** The same by the monotonic clock; absent until it was heard once since this server could hear. */
  readonly known: Ms | undefined;
  /** Until then, by the monotonic clock, the record is asked each time: others may have lapsed it unheard. */
  readonly doubtful: Ms;
  /** The same as `known` by the wall clock, for people. */
  readonly wall: Ms | undefined;
}

/** Every session that is open, in memory, and how long each has been silent in the time that this server could hear. */
export class Roll {
  readonly #clocks: Clocks;
  readonly #entries = new Map<string, Entry>();
  /** How many there are of each TTL. */
  readonly #ttls = new Map<Ms, number>();
  #audible: Audible = NOTHING_HEARD;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  get size(): number {
    return this.#entries.size;
  }

  get shortestTtl(): Ms | undefined {
    return this.#ttls.size === 0 ? undefined : Math.min(...this.#ttls.keys());
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** How many things it is told to have lost; nothing where it is not on the roll. */
  lostBy(id: string): number | undefined {
    return this.get(id)?.reply.lost.length;
  }

  /** As the store has it; when it was heard stays as it is known. */
  enter(session: Session): void {
    if (stateOfSession(session) === "open") this.renew(replyOf(session));
  }

  /** The same, as its record was asked. */
  renew(reply: Reply): void {
    const known = this.get(reply.id);
    // What it has lost only grows: with less of it, the reading is the older one.
    if (known && known.reply.lost.length >= reply.lost.length) return;
    if (known) this.#entries.set(known.id, { ...known, reply });
    else this.#add(reply);
  }

  /** Its record may say more than is known here: the next beat asks. */
  doubt(id: string): void {
    const entry = this.get(id);
    if (entry) this.#entries.set(id, { ...entry, known: undefined });
  }

  /** It was heard, by this server or another one; nothing of one that is not on the roll. */
  hear(id: string, wall: Ms): void {
    const entry = this.get(id);
    if (!entry) return;
    const now = this.#clocks.monotonic();
    // Before they have read of it, others may still lapse it.
    const doubtful = this.wasHeardLately(id) ? entry.doubtful : now + CUT_OFF * entry.ttl;
    this.#entries.set(id, { ...entry, heard: timeAt(this.#audible, now), known: now, doubtful, wall });
  }

  delete(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    const left = (this.#ttls.get(entry.ttl) ?? 1) - 1;
    if (left > 0) this.#ttls.set(entry.ttl, left);
    else this.#ttls.delete(entry.ttl);
  }

  wasHeardLately(id: string): boolean {
    const entry = this.get(id);
    return entry?.known !== undefined && this.#clocks.monotonic() - entry.known <= LATELY * entry.ttl;
  }

  /** Whether no server can have lapsed it since it was heard. */
  isFresh({ id, doubtful }: Entry): boolean {
    return this.wasHeardLately(id) && this.#clocks.monotonic() >= doubtful;
  }

  /** Time has gone on; `hears`: drett has been able to hear and to write ever since the last turn. */
  advance(hears: boolean): void {
    const { monotonic, clock } = this.#clocks;
    this.#audible = listen(this.#audible, { monotonic: monotonic(), wall: clock.now() }, hears);
    // After a gap others may have lapsed whom this server still takes for open.
    if (this.#audible.time === this.#audible.granted) this.#forgetKnown();
  }

  /** Those that were silent for their whole TTL. */
  silent(): Entry[] {
    return this.#silentFor(1);
  }

  /** How many have missed a beat, of how many with such a TTL or a shorter one. */
  missingBeats(ttl: Ms): { silent: number; of: number } {
    const count = { silent: 0, of: 0 };
    for (const entry of this.#entries.values()) if (entry.ttl <= ttl) count.of += 1;
    for (const entry of this.#silentFor(MISSED)) if (entry.ttl <= ttl) count.silent += 1;
    return count;
  }

  #silentFor(part: number): Entry[] {
    const silent: Entry[] = [];
    for (const entry of this.#entries.values()) {
      if (silenceSince(this.#audible, entry.heard) >= part * entry.ttl) silent.push(entry);
    }
    return silent;
  }

  #add(reply: Reply): void {
    const ttl = after(0, reply.ttlSeconds);
    const nothing = { known: undefined, doubtful: 0, wall: undefined };
    this.#entries.set(reply.id, { id: reply.id, ttl, reply, heard: this.#audible.time, ...nothing });
    this.#ttls.set(ttl, (this.#ttls.get(ttl) ?? 0) + 1);
  }

  /** Whatever happened to them while this server could not hear, it has not heard of. */
  #forgetKnown(): void {
    for (const id of this.#entries.keys()) this.doubt(id);
  }
}
