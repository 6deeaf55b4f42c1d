import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Change,
  type CommitOutcome,
  type EventPage,
  type Key,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "@drett/core";
import { Journal } from "./journal.ts";
import { takeLock } from "./lock.ts";
import { Records } from "./records.ts";
import { troubleOf } from "./trouble.ts";

/** Opens the store in a folder: reads all that was ever committed, and keeps other servers out. */
export async function openFileStore(directory: string, restored = false): Promise<Store> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw troubleOf(error);
  });
  const lock = takeLock(directory);
  try {
    const records = new Records();
    const journal = await Journal.open(join(directory, "journal.ndjson"), restored, (line) => {
      if ("trimmed" in line) records.trim(line.trimmed);
      else for (const change of line) records.apply(change);
    });
    return new FileStore(journal, records, lock);
  } catch (error) {
    lock.release();
    throw troubleOf(error);
  }
}

/** Everything is in memory, and in a journal, from which memory is made again. */
class FileStore implements Store {
  readonly name = "file";
  readonly #journal: Journal;
  readonly #records: Records;
  readonly #lock: { release(): void };
  #last: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(journal: Journal, records: Records, lock: { release(): void }) {
    this.#journal = journal;
    this.#records = records;
    this.#lock = lock;
  }

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    this.#checkOpen();
    return this.#records.load(keys);
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    this.#checkOpen();
    return this.#inTurn(async () => {
      const outcomes = changes.map((change) => (this.#records.fits(change) ? "applied" : "conflict"));
      const applied = changes.filter((_, place) => outcomes[place] === "applied");
      await this.#journal.append(applied);
      // Not before it is durable: whoever loads must not see what a power failure could take back.
      for (const change of applied) this.#records.apply(change);
      return outcomes;
    });
  }

  async query(query: Query): Promise<Page> {
    this.#checkOpen();
    return this.#records.query(query);
  }

  async events(after: string | undefined, limit: number): Promise<EventPage> {
    this.#checkOpen();
    return this.#records.events(this.#journal.epoch, after, limit);
  }

  async trim(upTo: string): Promise<number> {
    this.#checkOpen();
    const trimmed = this.#records.positionOf(upTo, this.#journal.epoch);
    return this.#inTurn(async () => {
      await this.#journal.append({ trimmed });
      return this.#records.trim(trimmed);
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#inTurn(async () => {
      await this.#journal.close();
      this.#lock.release();
    });
    return this.#closed;
  }

  /** One after the other, whatever became of the one before. */
  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(run).catch((error: unknown) => {
      throw troubleOf(error);
    });
    this.#last = mine.catch(() => {});
    return mine;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
  }
}
