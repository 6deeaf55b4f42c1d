import { randomBytes } from "node:crypto";
import { type Database, throwFault } from "./database.ts";

/**
 * Tells whether what can be read is durable. A server that stands alone shows what it has not journaled yet; whatever
 * was read before a journaled write is as durable as that. A replica set shows nothing that a majority has not got.
 */
export class Durability {
  readonly #database: Database;
  readonly #isReplicated: boolean;
  /** A write may have been applied or not: before anything is read, one must get through. */
  #isInDoubt = false;
  /** Up to where the feed is durable. */
  #feed = 0;

  constructor(database: Database, isReplicated: boolean) {
    this.#database = database;
    this.#isReplicated = isReplicated;
  }

  doubt(): void {
    this.#isInDoubt = true;
  }

  /** Rejects where no write gets through. */
  async clearDoubt(): Promise<void> {
    if (!this.#isInDoubt) return;
    await this.sync();
    this.#isInDoubt = false;
  }

  /** What was read just now is durable when this resolves. */
  async settle(): Promise<void> {
    if (!this.#isReplicated) await this.sync();
  }

  async settleFeed(end: number): Promise<void> {
    if (end <= this.#feed) return;
    await this.settle();
    this.feedIsDurable(end);
  }

  feedIsDurable(end: number): void {
    this.#feed = Math.max(this.#feed, end);
  }

  /** Writes, and waits until a majority has it in its journal. */
  async sync(): Promise<void> {
    const said = randomBytes(8).toString("hex");
    const { meta } = this.#database;
    const reply = await this.#database.update(meta, [{ q: { _id: "probe" }, u: { $set: { said } } }]);
    throwFault(reply.writeConcernError ?? reply.writeErrors?.at(0));
  }
}
