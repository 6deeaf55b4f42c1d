import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "./database.ts";
import { noMongo, startMongo } from "./on-mongo.ts";
import { noPostgres, startPostgres } from "./on-postgres.ts";
import { type Round, runRound } from "./round.ts";

/** So many servers on one database. */
export interface Setting {
  readonly store: "postgres" | "mongo";
  readonly servers: number;
  /** Why it cannot run here, if it cannot. */
  readonly missing: string | undefined;
  start(): Promise<Database>;
}

export const SETTINGS: readonly Setting[] = [
  { store: "postgres", servers: 2, missing: noPostgres, start: startPostgres },
  { store: "postgres", servers: 4, missing: noPostgres, start: startPostgres },
  { store: "mongo", servers: 2, missing: noMongo, start: () => startMongo(false) },
  { store: "mongo", servers: 4, missing: noMongo, start: () => startMongo(true) },
];

/** What was run, as far as it went. */
export interface Run {
  readonly servers: number;
  readonly database: string;
  readonly rounds: readonly Round[];
}

/** Longer runs are several rounds, each on an empty database and with a seed of its own, so that one can be repeated alone. */
const ROUND_SECONDS = 20;

/** Ends at the first round in which something is broken. */
export async function run(
  { servers, start }: Setting,
  { seconds, seed, tell }: { seconds: number; seed: number; tell(round: Round): void },
): Promise<Run> {
  await using database = await start();
  const directory = mkdtempSync(join(tmpdir(), "drett-many-"));
  const rounds: Round[] = [];
  try {
    for (let left = seconds; left > 0; left -= ROUND_SECONDS) {
      const round = await runRound({
        database,
        servers,
        seconds: Math.min(left, ROUND_SECONDS),
        seed: seed + rounds.length,
        directory,
      });
      rounds.push(round);
      tell(round);
      if (isBroken(round)) break;
    }
    return { servers, database: database.name, rounds };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const isBroken = ({ checks }: Round): boolean =>
  Object.values(checks).some((faults) => faults.length > 0);
