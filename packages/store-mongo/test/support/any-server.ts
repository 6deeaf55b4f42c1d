import { MongoClient } from "mongodb";
import { freshName, Mongod, type MongodOptions } from "./mongod.ts";
import { givenUrl } from "./program.ts";

/**
 * A MongoDB for tests that neither end it nor change how it runs: that of DRETT_TEST_MONGODB_URL, or else one that is
 * started for them. What they leave in their databases is dropped at the end.
 */
export class AnyServer implements AsyncDisposable {
  readonly url: string;
  readonly #own: Mongod | undefined;
  readonly #databases = new Set<string>();

  private constructor(url: string, own?: Mongod) {
    this.url = url;
    this.#own = own;
  }

  /** With arguments of its own it is always one that is started. */
  static async start(options: MongodOptions = {}): Promise<AnyServer> {
    if (givenUrl !== undefined && options.args === undefined) return new AnyServer(givenUrl);
    const own = await Mongod.start(options);
    return new AnyServer(own.url, own);
  }

  /** For a store in a database that no other test has. */
  fresh(): { readonly connection_string: string; readonly db: string } {
    const db = freshName();
    this.#databases.add(db);
    return { connection_string: this.url, db };
  }

  /** Drops a database before the end. */
  async drop(db: string): Promise<void> {
    await using client = new MongoClient(this.url);
    await client.db(db).dropDatabase();
    this.#databases.delete(db);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#own) return this.#own[Symbol.asyncDispose]();
    for (const db of this.#databases) await this.drop(db);
  }
}
