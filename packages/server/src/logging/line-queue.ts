import type { Channel } from "./channel.ts";

export interface LineQueueOptions {
  readonly channel: Channel;
  /** What may wait, in characters; what comes beyond it is dropped, so that memory stays bounded. */
  readonly limit?: number;
  /** How long to wait before a batch that did not get through is sent again; doubles up to its fiftyfold. */
  readonly retryMs?: number;
  /** The line that tells how many are missing in its place. */
  readonly gap: (dropped: number) => string;
  readonly onTrouble: (error: Error) => void;
}

const BATCH = 256 * 1024;

/** Lines on their way to one place. Whatever becomes of that place, whoever logs goes on at once. */
export class LineQueue {
  readonly #options: Required<LineQueueOptions>;
  #waiting: string[] = [];
  #size = 0;
  #missing = 0;
  #sending: Promise<void> | undefined;
  readonly #ending = new AbortController();
  /** Lines that did not get through, in all. */
  dropped = 0;

  constructor(options: LineQueueOptions) {
    this.#options = { limit: 1024 * 1024, retryMs: 100, ...options };
  }

  push(line: string): void {
    if (this.#size + line.length > this.#options.limit || this.#ending.signal.aborted) {
      this.#missing += 1;
      this.dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#size += line.length;
    this.#sending ??= this.#sendAll();
  }

  /** Sends what waits, for so long at most. */
  async close(atMostMs: number): Promise<void> {
    const { channel } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, atMostMs);
    const sending = this.#sending ?? Promise.resolve();
    this.#ending.abort();
    // What goes wrong in closing is told to nobody: where to?
    await Promise.race([sending.then(() => channel.close()).catch(() => {}), late]);
    clearTimeout(timer);
  }

  async #sendAll(): Promise<void> {
    // The lines of this turn of the event loop travel together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const isThrough = await this.#deliver(batch);
      for (const { length } of batch) this.#size -= length;
      if (!isThrough) this.dropped += batch.length;
      if (this.#missing > 0) this.#tellGap();
    }
    this.#sending = undefined;
  }

  #take(): readonly string[] {
    let size = 0;
    const beyond = this.#waiting.findIndex(({ length }) => (size += length) > BATCH);
    return this.#waiting.splice(0, beyond === -1 ? this.#waiting.length : Math.max(1, beyond));
  }

  /** Tries until it is through, or the end has come. */
  async #deliver(batch: readonly string[]): Promise<boolean> {
    const { channel, retryMs, onTrouble } = this.#options;
    for (let waitMs = retryMs; ; waitMs = Math.min(2 * waitMs, 50 * retryMs)) {
      const isLast = this.#ending.signal.aborted;
      try {
        await channel.send(batch);
        return true;
      } catch (error) {
        onTrouble(error as Error);
        if (isLast) return false;
        await pause(waitMs, this.#ending.signal);
      }
    }
  }

  #tellGap(): void {
    const line = this.#options.gap(this.#missing);
    this.#missing = 0;
    this.#waiting.push(line);
    this.#size += line.length;
  }
}

/** Ends early at the signal; keeps no process alive. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms).unref();
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}
