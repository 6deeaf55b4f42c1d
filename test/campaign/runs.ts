import { noMongo, startMongo } from "../many/on-mongo.ts";
import { noPostgres, startPostgres } from "../many/on-postgres.ts";
import { runSeries, type Series, type Setting } from "../many/series.ts";
import { startSqlite } from "./on-sqlite.ts";
import { type Round, runRound } from "./round.ts";

export const SETTINGS: readonly Setting<"sqlite" | "postgres" | "mongo">[] = [
  { store: "sqlite", servers: 1, missing: undefined, start: startSqlite },
  { store: "postgres", servers: 2, missing: noPostgres, start: startPostgres },
  { store: "mongo", servers: 3, missing: noMongo, start: () => startMongo(true) },
];

/** Longer runs are several rounds, each on an empty store. */
const ROUND_SECONDS = 60;
/** Until all sessions have lapsed, and everything is freed. */
const SETTLING_SECONDS = 20;
/** With fewer of faults, there is no load to speak of. */
const LEAST_SECONDS = 10;

export async function run(
  { store, servers, start }: Setting,
  { seconds, seed, tell }: { seconds: number } & Pick<Series<Round>, "seed" | "tell">,
): Promise<readonly Round[]> {
  await using database = await start();
  const count = Math.max(1, Math.round(seconds / (ROUND_SECONDS + SETTLING_SECONDS)));
  const length = Math.max(LEAST_SECONDS, seconds / count - SETTLING_SECONDS);
  return await runSeries({
    lengths: Array.from({ length: count }, () => length),
    seed,
    tell,
    run: (round) => runRound({ ...round, store, database, servers }),
  });
}
