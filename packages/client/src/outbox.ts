import type { Call } from "./call.ts";
import { deliver, type Line } from "./delivery.ts";

/** Well below what the server takes (10,000 commands, 8 MiB), and below what proxies commonly let through. */
const MOST_COMMANDS = 1_000;
const MOST_BYTES = 1_000_000;

/** Gathers the commands of one tick, so that they travel as one batch. */
export class Outbox {
  readonly #line: Line;
  #waiting: Call[] = [];

  constructor(line: Line) {
    this.#line = line;
  }

  add(call: Call): void {
    this.#waiting.push(call);
    if (this.#waiting.length === 1) void this.#line.runtime.tick().then(() => this.#send());
  }

  #send(): void {
    const calls = this.#waiting;
    this.#waiting = [];
    for (const batch of split(calls)) void deliver(batch, this.#line);
  }
}

function split(calls: readonly Call[]): Call[][] {
  const encoder = new TextEncoder();
  const batches: Call[][] = [];
  let room = 0;
  for (const call of calls) {
    const bytes = encoder.encode(call.item).length + 1;
    const batch = batches.at(-1);
    if (batch && bytes <= room && batch.length < MOST_COMMANDS) batch.push(call);
    else {
      batches.push([call]);
      room = MOST_BYTES;
    }
    room -= bytes;
  }
  return batches;
}
