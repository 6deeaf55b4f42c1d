import type { Delivery, Store } from "@drett/core";
import { attempt, LIMIT_MS } from "./attempt.ts";
import { type FoundFinding, keyOf } from "./found.ts";
import { Message } from "./message.ts";
import { post } from "./post.ts";
import { type Target, wants } from "./target.ts";
import { TargetRecord } from "./target-record.ts";
import { apart, joined, Told } from "./told.ts";
import { LONGEST, waitAfter } from "./waits.ts";

export interface CourierOptions {
  readonly store: Store;
  readonly now: () => number;
  readonly newId: () => string;
  readonly onAttempt: (target: Target, delivery: Delivery) => void;
  /** From 0 up to 1; tests set it. */
  readonly random?: () => number;
  /** Sends once; tests set it. */
  readonly send?: typeof post;
}

/** Whoever begins an attempt has so long before somebody else begins the next: longer than one lasts. */
const CLAIM_MS = 3 * LIMIT_MS;

/**
 * Tells one target. Each step is first written, at the version that it was decided on: of several servers one takes
 * it, and what a server leaves undone another one does, or itself when it comes back.
 */
export class Courier {
  readonly #target: Target;
  readonly #options: CourierOptions;
  readonly #record: TargetRecord;
  readonly #told: Told;
  #message = new Message();
  #isKnown = false;
  #isOff = false;

  constructor(target: Target, options: CourierOptions) {
    this.#target = target;
    this.#options = options;
    this.#record = new TargetRecord(options.store, target.name);
    this.#told = new Told(options.store, target.name);
  }

  /** Learns how things stand, and at first makes itself known. */
  async read(): Promise<void> {
    const isNew = await this.#record.read();
    const { kept } = this.#record;
    if (isNew || !this.#told.isCertain) await this.#told.read(apart(kept?.keys ?? ""));
    const { name, url } = this.#target;
    if (this.#isKnown) return;
    this.#isKnown = kept?.host === url.host || (await this.#record.introduce(name, url.host));
  }

  /** How long until there is something to do; 0 while a message may be made. */
  waitMs(now: number): number {
    const { latest } = this.#record;
    if (this.#isOff) return Number.POSITIVE_INFINITY;
    if (latest?.next !== undefined) return latest.next - now > LONGEST ? 0 : Math.max(0, latest.next - now);
    const since = latest?.delivered ?? Number.NEGATIVE_INFINITY;
    return Math.max(0, this.#target.everyMs - Math.abs(now - since));
  }

  /** Whether a message may be made. */
  isFree(now: number): boolean {
    return (
      this.#record.kept !== undefined && this.#record.latest?.next === undefined && this.waitMs(now) === 0
    );
  }

  beginWalk(): void {
    this.#message = new Message();
  }

  see(found: FoundFinding): void {
    if (wants(this.#target, found) && !this.#told.has(keyOf(found))) this.#message.add(found);
  }

  /** All that is found has been seen: what is new becomes a message. */
  async endWalk(): Promise<void> {
    const { kept } = this.#record;
    const { keys } = this.#message;
    const isNews = kept !== undefined && keys.size > 0;
    await this.#told.endWalk(isNews ? apart(kept.keys) : []);
    if (!isNews || !this.#told.isCertain) return;
    const at = this.#options.now();
    const id = `msg_${this.#options.newId()}`;
    const delivery = { id, at, findings: keys.size, attempts: 0, next: at };
    const isMade = await this.#record.begin(kept, delivery, this.#message.payload(at), joined(keys));
    if (isMade) this.#told.add(keys);
  }

  /** Makes the attempt that is due, if one is. */
  async deliver(stop: AbortSignal): Promise<void> {
    const { now, random = Math.random, onAttempt } = this.#options;
    const claimed = await this.#claim(now());
    if (claimed === undefined) return;
    const made = await attempt((signal) => this.#send(claimed.id, signal), stop);
    const { askedMs, ...result } = made;
    const { id, at, findings, attempts } = claimed;
    const ended = now();
    const isDone = result.outcome === "delivered";
    const latest: Delivery = {
      id,
      at,
      findings,
      attempts,
      ...result,
      ...(isDone ? { delivered: ended } : { next: ended + waitAfter(made, attempts, random()) }),
    };
    this.#isOff = result.outcome === "gone";
    onAttempt(this.#target, latest);
    if (this.#record.kept) await this.#record.note(this.#record.kept, latest);
  }

  /** The message to send now, where this server is the one to send it. */
  async #claim(now: number): Promise<Delivery | undefined> {
    const { kept, latest } = this.#record;
    if (kept === undefined || latest?.next === undefined || this.waitMs(now) > 0) return undefined;
    const claimed = { ...latest, attempts: latest.attempts + 1, next: now + CLAIM_MS };
    return (await this.#record.note(kept, claimed)) ? claimed : undefined;
  }

  #send(id: string, signal: AbortSignal) {
    const { send = post, now } = this.#options;
    const { url, isPrivate, sign } = this.#target;
    const payload = this.#record.kept?.payload ?? "";
    const seconds = Math.floor(now() / 1_000);
    const headers = {
      "content-type": "application/json",
      "user-agent": "drett",
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": sign(id, seconds, payload),
    };
    return send({ url, isPrivate, headers, payload, signal });
  }
}
