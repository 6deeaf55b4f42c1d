import { openStore } from "../packages/store-postgres/src/index.ts";
import { installations, NONE_INSTALLED } from "../packages/store-postgres/test/support/installations.ts";
import { PostgresServer } from "../packages/store-postgres/test/support/postgres-server.ts";
import { fill, pageMs, rate, SIZES } from "./growth.ts";
import { freshName, measure } from "./load.ts";
import { PgBench } from "./pgbench.ts";
import { inPostgres, POSTGRES_SETTINGS, settlePostgres } from "./places.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import type { BenchOptions } from "./writes.ts";

const CONNECTIONS = 64;
const BATCH = 100;
const BATCH_CONNECTIONS = 8;
/** Single intents against pgbench in the same server, batches, a second server, and the same as the store grows. */
export async function benchPostgres({
  largest,
  ...options
}: BenchOptions & { largest: number }): Promise<void> {
  const [installation] = installations();
  if (!installation) throw new Error(NONE_INSTALLED);
  const server = await PostgresServer.start(installation, {
    settings: POSTGRES_SETTINGS,
    parent: dataFolder(),
  });
  try {
    await benchWritesOn(server, options);
    for (const records of SIZES.filter((size) => size <= largest))
      await benchGrowthOn(server, records, options);
  } finally {
    await server.dispose();
  }
}

async function benchWritesOn(
  server: PostgresServer,
  { seconds, rounds, print }: BenchOptions,
): Promise<void> {
  const pgbench = await PgBench.on(server, freshName());
  const schema = freshSchema();
  const [first, second] = [await startOn(server, schema), await startOn(server, schema)];
  const singles = (drett: Subject, connections: number) => async (seconds: number) =>
    (await measure({ script: "intents", url: drett.url, connections, seconds })).perSecond;
  const batches = async (seconds: number) =>
    BATCH *
    (await measure({ script: "batches", url: first.url, connections: BATCH_CONNECTIONS, seconds })).perSecond;
  const both = async (seconds: number) => {
    const rates = await Promise.all([first, second].map((drett) => singles(drett, CONNECTIONS / 2)(seconds)));
    return rates.reduce((sum, its) => sum + its, 0);
  };
  const subjects: readonly [name: string, run: (seconds: number) => Promise<number>][] = [
    ["drett", singles(first, CONNECTIONS)],
    ["pgbench, single rows", (seconds) => pgbench.run(CONNECTIONS, seconds)],
    [`drett, batches of ${BATCH}`, batches],
    ["two drett servers", both],
  ];
  try {
    const rates = await inTurn(subjects, { seconds, rounds });
    for (const [subject, perSecond] of rates) {
      const ratio = perSecond / (rates.get("pgbench, single rows") as number);
      print({ bench: "postgres", subject, connections: CONNECTIONS, perSecond, ratio });
    }
  } finally {
    await Promise.all([first.stop(), second.stop()]);
  }
}

/** The median of each, after a run that does not count. */
async function inTurn(
  subjects: readonly [name: string, run: (seconds: number) => Promise<number>][],
  { seconds, rounds }: { seconds: number; rounds: number },
): Promise<Map<string, number>> {
  for (const [, run] of subjects) await run(2);
  const runs = subjects.map(([name, run]) => ({ name, run, rates: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { run, rates } of runs) rates.push(await run(seconds));
  }
  return new Map(
    runs.map(({ name, rates }) => [name, rates.toSorted((a, b) => a - b)[rounds >> 1] as number]),
  );
}

async function benchGrowthOn(
  server: PostgresServer,
  records: number,
  { seconds, rounds, print }: BenchOptions,
): Promise<void> {
  const schema = freshSchema();
  await fill(await openStore({ ...server.options, schema }), records);
  await settlePostgres(server, schema);
  const drett = await startOn(server, schema);
  try {
    await measure({ script: "intents", url: drett.url, connections: CONNECTIONS, seconds: 2 });
    const measured = await rate(drett, rounds, seconds);
    const random = await rate(drett, rounds, seconds, "random");
    print({
      bench: "postgres growth",
      records,
      connections: CONNECTIONS,
      ...measured,
      randomIds: random.perSecond / measured.perSecond,
      findingsPageMs: await pageMs(drett),
    });
  } finally {
    await drett.stop();
    await server.ask(`DROP SCHEMA ${schema} CASCADE`);
  }
}

const freshSchema = () => `bench_${freshName()}`;

const startOn = (server: PostgresServer, schema: string): Promise<Subject> =>
  startDrett(dataFolder(), inPostgres(server, schema));
