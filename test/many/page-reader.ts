import { setTimeout as pause } from "node:timers/promises";
import { type FedFact, pageOf, pageUrl } from "../crash/feed.ts";
import { get } from "../crash/http.ts";
import type { Random } from "../crash/random.ts";
import type { Seat } from "./seat.ts";

const PATIENCE_MS = 4_000;
const PAUSE_MS = 5;

/** Reads the feed by pages, and goes on at another server when one does not answer; now and then also when it does. */
export class PageReader {
  readonly name: string;
  readonly read: FedFact[] = [];
  /** Cursors that a server refused. */
  readonly refused: string[] = [];
  readonly #seats: readonly Seat[];
  readonly #random: Random;
  #cursor: string | undefined;

  constructor(name: string, seats: readonly Seat[], random: Random) {
    this.name = name;
    this.#seats = seats;
    this.#random = random;
  }

  async follow(stop: AbortSignal): Promise<void> {
    let seat = this.#random.pick(this.#seats);
    while (!stop.aborted) {
      const hasMore = await this.#readPage(seat?.url);
      if (!hasMore) await pause(PAUSE_MS);
      if (hasMore === undefined || this.#random.chance(0.05)) seat = this.#random.pick(this.#seats);
    }
  }

  /** Whether there was something; nothing where the server does not serve. */
  async #readPage(url: string | undefined): Promise<boolean | undefined> {
    if (url === undefined) return undefined;
    const limit = this.#random.between(1, 500);
    const answer = await get(pageUrl(url, limit, this.#cursor), PATIENCE_MS).catch(() => undefined);
    if (answer?.status !== 200) {
      if (answer && answer.status !== 503) this.refused.push(JSON.stringify(answer));
      return undefined;
    }
    const { items, cursor } = pageOf(answer);
    // As if it had died before it had done with the page.
    const done = this.#random.chance(0.2) ? items.slice(0, this.#random.between(0, items.length)) : items;
    this.read.push(...done);
    this.#cursor = done.length === items.length ? cursor : (done.at(-1)?.cursor ?? this.#cursor);
    return items.length > 0;
  }
}
