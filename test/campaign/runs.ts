import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../many/database.ts";
import { noMongo, startMongo } from "../many/on-mongo.ts";
import { noPostgres, startPostgres } from "../many/on-postgres.ts";
import { startSqlite } from "./on-sqlite.ts";
import { brokenIn } from "./report.ts";
import { type Round, runRound } from "./round.ts";

/** So many servers on one store. */
export interface Setting {
  readonly store: "sqlite" | "postgres" | "mongo";
  readonly servers: number;
  /** Why it cannot run here, if it cannot. */
  readonly missing: string | undefined;
  start(): Promise<Database>;
}

export const SETTINGS: readonly Setting[] = [
  { store: "sqlite", servers: 1, missing: undefined, start: startSqlite },
  { store: "postgres", servers: 2, missing: noPostgres, start: startPostgres },
  { store: "mongo", servers: 3, missing: noMongo, start: () => startMongo(true) },
];

/** Longer runs are several rounds, each on an empty store and with a seed of its own, so that one can be repeated alone. */
const ROUND_SECONDS = 60;
/** Until all sessions have lapsed, and everything is freed. */
const SETTLING_SECONDS = 20;
/** With fewer of faults, there is no load to speak of. */
const LEAST_SECONDS = 10;

/** Ends at the first round in which something is broken. */
export async function run(
  { store, servers, start }: Setting,
  { seconds, seed, tell }: { seconds: number; seed: number; tell(round: Round): void },
): Promise<readonly Round[]> {
  await using database = await start();
  const directory = mkdtempSync(join(tmpdir(), "drett-campaign-"));
  const rounds: Round[] = [];
  const count = Math.max(1, Math.round(seconds / (ROUND_SECONDS + SETTLING_SECONDS)));
  try {
    while (rounds.length < count && rounds.every((round) => brokenIn(round).length === 0)) {
      const next = seed + rounds.length;
      const round = await runRound({
        store,
        database,
        servers,
        seconds: Math.max(LEAST_SECONDS, seconds / count - SETTLING_SECONDS),
        seed: next,
        directory: join(directory, String(next)),
      });
      rounds.push(round);
      tell(round);
    }
    return rounds;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
