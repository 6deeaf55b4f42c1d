import {
  type Change,
  type CommitOutcome,
  type EventPage,
  type Key,
  type Opening,
  type Page,
  type Query,
  STORED_KINDS,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "@drett/core";
import { probeAtomicity } from "./atomicity.ts";
import { Database } from "./database.ts";
import { readStored } from "./documents.ts";
import { Durability } from "./durability.ts";
import { readPage, trim } from "./feed.ts";
import { GuestHand, type Hand, ServerHand } from "./hand.ts";
import { load, query } from "./reading.ts";
import { checkSchema, migrate } from "./schema.ts";
import { checkServer } from "./server-check.ts";
import type { MongoSettings } from "./settings.ts";
import { SoleServer } from "./sole-server.ts";
import { freshName, Stamps } from "./stamps.ts";
import { targetOf } from "./target.ts";
import { unavailable } from "./trouble.ts";
import { Turns } from "./turns.ts";
import { write } from "./writing.ts";

/** With one at a time, the database idles while drett answers, and drett while the database syncs. */
const FLUSHES = 3;

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
    const isGuest = opening.role === "guest";
    const { epoch, atomic } = isGuest
      ? await checkSchema(database)
      : await migrate(database, () => probeAtomicity(database), opening.restored);
    const sole = atomic ? undefined : await serveAlone(database, opening);
    const stamps = new Stamps(await latestStamp(database));
    const durability = new Durability(database, isReplicated);
    const turns = sole && new Turns();
    const hand = isGuest ? new GuestHand(stamps) : await ServerHand.open(database, durability, turns);
    return new MongoStore({ database, where, epoch, stamps, durability, hand, sole, turns });
  } catch (error) {
    await client.close();
    throw unavailable(error, where);
  }
}

function serveAlone(database: Database, opening: Opening): Promise<SoleServer> {
  opening.warn(
    "this database does not keep two writers from writing over one another, so this server serves alone: a second one, and CGI processes, are refused",
  );
  return SoleServer.take(database, freshName());
}

/** Of the record that was created last. */
async function latestStamp(database: Database): Promise<string | undefined> {
  const latest = [...STORED_KINDS, "tombstone" as const].map((kind) =>
    database
      .find(database.records, { kind }, { projection: { created: 1 } })
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
  readonly hand: Hand;
  readonly sole: SoleServer | undefined;
  readonly turns: Turns | undefined;
}

class MongoStore implements Store {
  readonly name = "mongo";
  readonly flushes: number;
  readonly #parts: Parts;
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.flushes = parts.turns ? 1 : FLUSHES;
  }

  load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    const { database, durability, hand } = this.#parts;
    return this.#run(async () => {
      if (keys.length === 0) return [];
      await durability.clearDoubt();
      const found = await load(database, keys);
      if (await hand.note(found)) await durability.settle();
      return found.map(readStored);
    });
  }

  commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    const { database, durability, stamps, hand, turns } = this.#parts;
    return this.#run(async () => {
      if (changes.length === 0) {
        await durability.sync();
        return [];
      }
      const name = await hand.begin();
      const flush = { name, stamps, isTold: (change: Change) => hand.isTold(change) };
      const run = () => write(database, changes, flush);
      let applied: readonly Change[] | undefined = [];
      try {
        const { outcomes, cause } = await (turns ? turns.take(run) : run());
        const isKnown = cause === undefined && !outcomes.includes("unknown");
        if (!isKnown) durability.doubt();
        applied = isKnown ? changes.filter((_, place) => outcomes[place] === "applied") : undefined;
        return outcomes;
      } finally {
        hand.end(name, applied);
      }
    });
  }

  query(asked: Query): Promise<Page> {
    return this.#run(() => query(this.#parts.database, asked));
  }

  events(after: string | undefined, limit: number): Promise<EventPage> {
    const { database, epoch, durability, hand } = this.#parts;
    return this.#run(async () => {
      const settle = (end: number) => durability.settleFeed(end);
      const page = await readPage(database, epoch, { after, limit }, settle);
      // A feed that nobody can append to must not look as if nothing happened.
      if (page.events.length === 0 && hand.trouble) throw hand.trouble;
      return page;
    });
  }

  trim(upTo: string): Promise<number> {
    const { database, epoch } = this.#parts;
    return this.#run(() => trim(database, epoch, upTo));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const { database, hand, sole } = this.#parts;
    await Promise.allSettled(this.#underWay);
    await hand.close();
    await sole?.release().catch(() => {});
    await database.client.close();
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
