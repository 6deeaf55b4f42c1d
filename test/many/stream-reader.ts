import { setTimeout as pause } from "node:timers/promises";
import { type FedFact, type FedItem, fedFact } from "../crash/feed.ts";
import type { Random } from "../crash/random.ts";
import type { Seat } from "./seat.ts";

/** A live stream says something every second. */
const SILENCE_MS = 4_000;
const PAUSE_MS = 20;

/** Reads the feed as a stream, and resumes at another server when it ends or falls silent; now and then of itself. */
export class StreamReader {
  readonly name: string;
  readonly read: FedFact[] = [];
  /** Cursors that a server refused. */
  readonly refused: string[] = [];
  readonly #seats: readonly Seat[];
  readonly #random: Random;

  constructor(name: string, seats: readonly Seat[], random: Random) {
    this.name = name;
    this.#seats = seats;
    this.#random = random;
  }

  async follow(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const url = this.#random.pick(this.#seats)?.url;
      // However it ends, it goes on elsewhere.
      if (url !== undefined) await this.#stream(url, stop).catch(() => {});
      await pause(PAUSE_MS);
    }
  }

  async #stream(url: string, stop: AbortSignal): Promise<void> {
    const silent = new AbortController();
    const timer = setTimeout(() => silent.abort(), SILENCE_MS);
    try {
      const after = this.read.at(-1)?.cursor;
      const response = await fetch(`${url}/v1/events`, {
        headers: { accept: "text/event-stream", ...(after !== undefined && { "last-event-id": after }) },
        signal: AbortSignal.any([silent.signal, stop]),
      });
      if (response.status !== 200) {
        if (response.status !== 503) this.refused.push(`${response.status}: ${await response.text()}`);
        return;
      }
      const decoder = new TextDecoder();
      let text = "";
      for await (const bytes of response.body ?? []) {
        timer.refresh();
        const events = (text + decoder.decode(bytes, { stream: true })).split("\n\n");
        text = events.pop() as string;
        for (const event of events) this.#take(event);
        if (this.#random.chance(0.02)) return;
      }
    } finally {
      clearTimeout(timer);
      silent.abort();
    }
  }

  #take(event: string): void {
    const data = event.split("\n").find((line) => line.startsWith("data: "));
    if (data) this.read.push(fedFact(JSON.parse(data.slice("data: ".length)) as FedItem));
  }
}
