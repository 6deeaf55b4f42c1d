import type { Client } from "./client.ts";

/** In commits: how often the length of the log is looked at. */
const LOOK_EVERY = 64;
/** From how many pages on (of 4 KiB) the log is brought into the file, so that it can begin anew. */
const LOG_PAGES = 16_000;

/**
 * Keeps checkpoints out of the way of commits: the reading thread copies and syncs while the writer goes on, and
 * the writer then has a short rest of it to do.
 */
export class Checkpointer {
  readonly #writer: Client;
  readonly #reader: Client;
  #commits = 0;
  #running: Promise<void> | undefined;

  constructor(writer: Client, reader: Client) {
    this.#writer = writer;
    this.#reader = reader;
  }

  committed(): void {
    this.#commits += 1;
    if (this.#commits % LOOK_EVERY === 0) this.#running ??= this.#run();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      await shortenLog(this.#writer, this.#reader, LOG_PAGES);
    } finally {
      this.#running = undefined;
    }
  }
}

/** Brings the log into the file if it is so many pages long or longer. The writer has but the end of it to do. */
export async function shortenLog(writer: Client, reader: Client, pages: number): Promise<void> {
  try {
    if ((await writer.ask("logPages")) < pages) return;
    await reader.ask("checkpoint");
    await reader.ask("syncFile");
    await reader.ask("checkpoint");
    await writer.ask("checkpointAll");
  } catch {
    // A disk in trouble shows at the next commit, which is answered; the log waits for the next look.
  }
}
