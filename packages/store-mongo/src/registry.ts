import { hostname } from "node:os";
import type { Document } from "mongodb";
import { type Database, throwFault } from "./database.ts";
import { GUESTS } from "./marks.ts";
import { freshName } from "./stamps.ts";
import { Writer } from "./writer.ts";

/** A writer that has not been seen for so long is gone, and so is every write of it that the database held back. */
const GONE_MS = 86_400_000;
/** How often it says that it is there; well before others take it for gone, it takes another name. */
const SEEN_MS = 600_000;
const RENAME_MS = GONE_MS / 2;

interface WriterDocument {
  /** `writer/` and its name. */
  readonly _id: string;
  readonly seen: Date;
  /** So that a person can tell who it was. */
  readonly host: string;
  readonly pid: number;
}

/** The writers whose marks are to be watched: this process, other servers, and those that ended without a word. */
export class Registry {
  readonly #database: Database;
  #own = new Writer(freshName());
  /** When this process said last that it is there; never, while its name is not registered. */
  #seen = 0;
  #registering: Promise<void> | undefined;
  #names: ReadonlySet<string> = new Set();
  #gone: readonly string[] = [];
  readonly #departed = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  get own(): Writer {
    return this.#own;
  }

  /** All but this process, as they were when it last looked. */
  get others(): readonly string[] {
    return [...this.#names].filter((name) => name !== this.#own.name);
  }

  /** Whether it told all that it wrote, and will write no more. */
  hasDeparted(name: string): boolean {
    return this.#departed.has(name);
  }

  knows(name: string): boolean {
    return name === GUESTS || name === this.#own.name || this.#names.has(name) || this.#departed.has(name);
  }

  /** Under which name this process may write now; it is registered before its first flush. */
  async ready(): Promise<Writer> {
    if (Date.now() - this.#seen > RENAME_MS) {
      if (this.#seen > 0) this.rename();
      await (this.#registering ??= this.#sayThatItIsThere().finally(() => {
        this.#registering = undefined;
      }));
    }
    return this.#own;
  }

  /** What it wrote last may or may not have been applied: others, and it itself, watch the old name's marks for that. */
  rename(): void {
    this.#own = new Writer(freshName());
    this.#seen = 0;
  }

  /** Looks who is there. `known`: names that were read before; those that are not there any more have departed. */
  async look(known: Iterable<string>): Promise<void> {
    const found = await this.#database
      .find(this.#database.meta, { _id: { $gt: "writer/", $lt: "writer0" } }, { projection: { seen: 1 } })
      .toArray();
    const nameIn = ({ _id }: { _id: string }) => _id.slice("writer/".length);
    this.#names = new Set(found.map(nameIn));
    const isGone = ({ seen }: Document) => Date.now() - Number(seen) > GONE_MS;
    this.#gone = found.filter(isGone).map(nameIn);
    for (const name of known) if (!this.#names.has(name)) this.noteDeparted(name);
    const unseenMs = this.#seen > 0 ? Date.now() - this.#seen : 0;
    if (unseenMs > RENAME_MS) this.rename();
    else if (unseenMs > SEEN_MS) await this.#sayThatItIsThere();
  }

  /** As somebody found who looked later than this process. */
  noteDeparted(name: string): void {
    if (name !== GUESTS && name !== this.#own.name) this.#departed.add(name);
  }

  /** Takes off those that have not been seen for long, but for these: they have something left to tell. */
  async forgetGone(but: ReadonlySet<string>): Promise<void> {
    const gone = this.#gone.filter((name) => !but.has(name)).map((name) => `writer/${name}`);
    if (gone.length > 0) await this.#database.remove(this.#database.meta, { _id: { $in: gone } });
  }

  /** All is told, and nothing more will be written under this name. */
  async depart(): Promise<void> {
    if (this.#seen > 0) await this.#database.remove(this.#database.meta, { _id: `writer/${this.#own.name}` });
  }

  async #sayThatItIsThere(): Promise<void> {
    const now = Date.now();
    const set: Omit<WriterDocument, "_id"> = { seen: new Date(now), host: hostname(), pid: process.pid };
    const statement = { q: { _id: `writer/${this.#own.name}` }, u: { $set: set }, upsert: true };
    const { writeErrors = [], writeConcernError } = await this.#database.update(this.#database.meta, [
      statement,
    ]);
    throwFault(writeConcernError ?? writeErrors[0]);
    this.#seen = now;
  }
}
