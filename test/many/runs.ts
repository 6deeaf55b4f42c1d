import { noMongo, startMongo } from "./on-mongo.ts";
import { noPostgres, startPostgres } from "./on-postgres.ts";
import { type Round, runRound } from "./round.ts";
import { runSeries, type Series, type Setting } from "./series.ts";

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

/** Longer runs are several rounds, each on an empty database. */
const ROUND_SECONDS = 20;

export async function run(
  { servers, start }: Setting,
  { seconds, seed, tell }: { seconds: number } & Pick<Series<Round>, "seed" | "tell">,
): Promise<Run> {
  await using database = await start();
  const count = Math.ceil(seconds / ROUND_SECONDS);
  const lengths = Array.from({ length: count }, (_, number) =>
    Math.min(seconds - number * ROUND_SECONDS, ROUND_SECONDS),
  );
  const rounds = await runSeries({
    lengths,
    seed,
    tell,
    run: (round) => runRound({ ...round, database, servers }),
  });
  return { servers, database: database.name, rounds };
}
