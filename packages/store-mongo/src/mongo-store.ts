import {
  type Change,
  type CommitOutcome,
  type EventPage,
  type Key,
  type Opening,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "@drett/core";
import { probeAtomicity } from "./atomicity.ts";
import { Chain } from "./chain.ts";
import { Database } from "./database.ts";
import { type RecordDocument, readStored } from "./documents.ts";
import { Durability } from "./durability.ts";
import { readPage } from "./feed.ts";
import { load, query } from "./reading.ts";
import { checkSchema, migrate } from "./schema.ts";
import { Sequencer } from "./sequencer.ts";
import { checkServer } from "./server-check.ts";
import type { MongoSettings } from "./settings.ts";
import { SoleServer } from "./sole-server.ts";
import { Stamps } from "./stamps.ts";
import { targetOf } from "./target.ts";
import { unavailable } from "./trouble.ts";
import { Turns } from "./turns.ts";
import { write } from "./writing.ts";

const QUIETLY: Opening = { role: "server", warn: () => {} };

/** Opens the store and, as a server, sets up what is missing. Rejects with {@link StoreUnavailable}, saying what to do. */
export async function openStore(
  settings: Partial<MongoSettings>,
  opening: Opening = QUIETLY,
): Promise<Store> {
  const target = targetOf(settings);
  const database = new Database(target);
  const { client, where } = target;
  try {
    await client.connect();
    const { isReplicated } = await checkServer(database, where);
    const isServer = opening.role === "server";
    const { epoch, atomic } = isServer
      ? await migrate(database, () => probeAtomicity(database), opening.restored)
      : await checkSchema(database);
    const stamps = new Stamps(await latestStamp(database));
    const sole = atomic ? undefined : await serveAlone(database, stamps, opening);
    const durability = new Durability(database, isReplicated);
    const store = new MongoStore({ database, where, epoch, stamps, durability, sole });
    if (isServer) await store.startSequencing();
    return store;
  } catch (error) {
    await client.close();
    throw unavailable(error, where);
  }
}

function serveAlone(database: Database, { server }: Stamps, opening: Opening): Promise<SoleServer> {
  opening.warn(
    "this database does not keep two writers from writing over one another, so this server serves alone: a second one, and CGI processes, are refused",
  );
  return SoleServer.take(database, server);
}

/** Of the record that was created last. */
async function latestStamp({ records }: Database): Promise<string | undefined> {
  const latest = (["resource", "allocation"] as const).map((kind) =>
    records
      .find({ kind }, { projection: { created: 1 } })
      .sort({ created: -1 })
      .limit(1)
      .next(),
  );
  const stamps = (await Promise.all(latest)).flatMap((record) => record?.created ?? []);
  return stamps.sort().at(-1);
}

interface Parts {
  readonly database: Database;
  readonly where: string;
  readonly epoch: string;
  readonly stamps: Stamps;
  readonly durability: Durability;
  readonly sole: SoleServer | undefined;
}

class MongoStore implements Store {
  readonly name = "mongo";
  readonly flushes = 4;
  readonly #parts: Parts;
  readonly #turns = new Turns();
  readonly #underWay = new Set<Promise<unknown>>();
  #sequencer: Sequencer | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async startSequencing(): Promise<void> {
    const { database, stamps, durability } = this.#parts;
    this.#sequencer = new Sequencer({
      database,
      chain: new Chain(database, stamps.server),
      onAppended: (end) => durability.feedIsDurable(end),
      alone: (run) => this.#alone(run),
    });
    await this.#sequencer.start();
  }

  load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    const { database, durability } = this.#parts;
    return this.#run(async () => {
      if (keys.length === 0) return [];
      await durability.clearDoubt();
      const found = await load(database, keys);
      if (found.some((record) => this.#isFresh(record))) await durability.settle();
      return found.map(readStored);
    });
  }

  commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    const { database, durability, stamps } = this.#parts;
    return this.#run(async () => {
      if (changes.length === 0) {
        await durability.sync();
        return [];
      }
      const stamp = stamps.begin();
      const { outcomes, cause } = await this.#alone(() => write(database, changes, stamps, stamp));
      if (outcomes.includes("unknown")) durability.doubt();
      if (cause === undefined) stamps.confirmed(stamp);
      this.#sequencer?.wake();
      return outcomes;
    });
  }

  query(asked: Query): Promise<Page> {
    return this.#run(() => query(this.#parts.database, asked));
  }

  events(after: string | undefined, limit: number): Promise<EventPage> {
    const { database, epoch, durability } = this.#parts;
    return this.#run(async () => {
      const settle = (end: number) => durability.settleFeed(end);
      const page = await readPage(database, epoch, { after, limit }, settle);
      // A feed that nobody can append to must not look as if nothing happened.
      if (page.events.length === 0 && this.#sequencer?.trouble) throw this.#sequencer.trouble;
      return page;
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await this.#sequencer?.stop();
    await this.#parts.sole?.release().catch(() => {});
    await this.#parts.database.client.close();
  }

  /** Written, and not known to be durable: by another process, or by a flush of this one that nobody confirmed. */
  #isFresh({ untold = [] }: Pick<RecordDocument, "untold">): boolean {
    return untold.some(({ stamp }) => !this.#parts.stamps.isConfirmed(stamp));
  }

  #alone<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#parts.sole ? this.#turns.take(run) : run();
  }

  async #run<Result>(run: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
    this.#parts.sole?.check();
    const running = run();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw unavailable(error, this.#parts.where);
    } finally {
      this.#underWay.delete(running);
    }
  }
}
