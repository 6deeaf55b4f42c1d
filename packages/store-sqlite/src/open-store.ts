import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Opening, type Store, StoreUnavailable } from "@drett/core";
import { Checkpointer, shortenLog } from "./checkpointer.ts";
import { InlineClient } from "./inline-client.ts";
import { makePlace } from "./place.ts";
import { ServerLock } from "./server-lock.ts";
import { SqliteStore } from "./sqlite-store.ts";
import { ThreadClient } from "./thread-client.ts";
import { troubleOf } from "./trouble.ts";

export interface SqliteOptions {
  /** Holds `drett.db`. */
  readonly directory: string;
}

/** Twice what a server lets it come to: there is none, or it has nothing to write. */
const NEGLECTED_LOG_PAGES = 32_000;

const fileIn = (directory: string) => join(directory, "drett.db");

/**
 * Opens the store for the one server that it has at a time, and brings its schema up to date. Makes the directory where
 * it is missing. Rejects with {@link StoreUnavailable}, saying what to do.
 *
 * It writes in one thread and reads for people in another, so that neither waits for the other nor the event loop for
 * them.
 */
export async function openStore(
  { directory }: SqliteOptions,
  { restored = false }: Pick<Opening, "restored"> = {},
): Promise<Store> {
  const lock = takeLock(directory);
  const file = fileIn(directory);
  const writer = new ThreadClient({ file, role: "writer", cacheKiB: 16_384 });
  try {
    const epoch = await writer.ask("migrate", restored);
    const reader = new ThreadClient({ file, role: "reader", cacheKiB: 8_192 });
    const checkpointer = new Checkpointer(writer, reader);
    return new SqliteStore({
      writer,
      reader,
      epoch,
      committed: () => checkpointer.committed(),
      async close() {
        await checkpointer.idle();
        await writer.close();
        await reader.close();
        lock.release();
      },
    });
  } catch (error) {
    await writer.close();
    lock.release();
    throw error;
  }
}

/**
 * Opens a store that is up to date beside its server, other guests, or nobody, and makes nothing. There is no thread to
 * start: what it does, it does at once.
 */
export async function openGuest({ directory }: SqliteOptions): Promise<Store> {
  const file = fileIn(directory);
  if (!existsSync(file)) {
    throw new StoreUnavailable(
      `there is no store in ${directory}`,
      "Start `drett-server` on it once: it makes the store.",
    );
  }
  const client = new InlineClient({ file, role: "guest", cacheKiB: 2_048 });
  try {
    const epoch = await client.ask("epochOf");
    return new SqliteStore({
      writer: client,
      reader: client,
      epoch,
      committed() {},
      async close() {
        await shortenLog(client, client, NEGLECTED_LOG_PAGES);
        await client.close();
      },
    });
  } catch (error) {
    await client.close();
    throw error;
  }
}

function takeLock(directory: string): ServerLock {
  try {
    makePlace(directory);
    return ServerLock.take(directory);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const { message, remedy } = troubleOf(error);
    throw new StoreUnavailable(`${directory} cannot hold the store: ${message}`, remedy, { cause: error });
  }
}
