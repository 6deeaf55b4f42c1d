import { openStore } from "@drett/store-mongo";
import { type Collection, type Document, MongoClient } from "mongodb";
import { freshName, Mongod } from "../packages/store-mongo/test/support/mongod.ts";
import { noProgram } from "../packages/store-mongo/test/support/program.ts";
import { fill, pageMs, rate, SIZES } from "./growth.ts";
import { type Measured, measure } from "./load.ts";
import { inMongo } from "./places.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import { type BenchOptions, medianOf } from "./writes.ts";

const CONNECTIONS = 64;
const DURABLE = { writeConcern: { w: "majority", journal: true } } as const;

/** Single intents on MongoDB, against the driver's own inserts in the same server; then the same as the store grows. */
export async function benchMongo(options: BenchOptions): Promise<void> {
  if (noProgram !== undefined) throw new Error(noProgram);
  for (const replicaSet of [false, true]) await benchOn(replicaSet, options);
  await benchGrowing(options);
}

/** Stores of every size in one server take turns, so that a noisy machine is noisy for all. */
async function benchGrowing({ seconds, rounds, print }: BenchOptions): Promise<void> {
  await using mongod = await Mongod.start({ parent: dataFolder(), cacheGB: 2 });
  await using cleanup = new AsyncDisposableStack();
  const stores: { records: number; drett: Subject; runs: Measured[] }[] = [];
  for (const records of SIZES) {
    const db = freshName();
    await fill(await openStore({ host: "127.0.0.1", port: mongod.port, db }), records);
    const drett = await startOn(mongod, db);
    cleanup.defer(() => drett.stop());
    stores.push({ records, drett, runs: [] });
  }
  for (const { drett } of stores) await rate(drett, 1, 1);
  for (let round = 0; round < rounds; round++) {
    for (const { drett, runs } of stores) runs.push(await rate(drett, 1, seconds));
  }
  const first = medianOf(stores[0]?.runs ?? []).perSecond;
  for (const { records, drett, runs } of stores) {
    const median = medianOf(runs);
    const row = { bench: "mongo growth", records, connections: CONNECTIONS, ...median };
    print({ ...row, ratio: median.perSecond / first, findingsPageMs: await pageMs(drett) });
  }
}

async function benchOn(replicaSet: boolean, { seconds, rounds, print }: BenchOptions): Promise<void> {
  await using mongod = await Mongod.start({ replicaSet, parent: dataFolder(), cacheGB: 1 });
  await using client = new MongoClient(mongod.url, { retryWrites: false });
  const drett = await startOn(mongod);
  try {
    const plain = client.db(freshName()).collection("plain");
    const subjects: readonly [name: string, run: (seconds: number) => Promise<number>][] = [
      ["drett", (seconds) => intents(drett, seconds)],
      ["insertOne, 64 in flight", (seconds) => singles(plain, seconds)],
      ["bulkWrite of 64", (seconds) => bulks(plain, seconds)],
    ];
    for (const [, run] of subjects) await run(2);
    const rates = new Map<string, number[]>(subjects.map(([name]) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, run] of subjects) rates.get(name)?.push(await run(seconds));
    }
    const singly = medianOfRates(rates.get("insertOne, 64 in flight"));
    for (const [subject, its] of rates) {
      const perSecond = medianOfRates(its);
      const on = replicaSet ? "replica set of one" : "standalone";
      print({ bench: "mongo", on, subject, connections: CONNECTIONS, perSecond, ratio: perSecond / singly });
    }
  } finally {
    await drett.stop();
  }
}

const startOn = (mongod: Mongod, db = freshName()): Promise<Subject> =>
  startDrett(dataFolder(), inMongo(mongod, db));

async function intents({ url }: Subject, seconds: number): Promise<number> {
  return (await measure({ script: "intents", url, connections: CONNECTIONS, seconds })).perSecond;
}

const singles = (plain: Collection, seconds: number): Promise<number> =>
  repeat(seconds, CONNECTIONS, 1, async () => {
    await plain.insertOne(document(), DURABLE);
  });

const bulks = (plain: Collection, seconds: number): Promise<number> =>
  repeat(seconds, 1, CONNECTIONS, async () => {
    const inserts = Array.from({ length: CONNECTIONS }, () => ({ insertOne: { document: document() } }));
    await plain.bulkWrite(inserts, { ordered: false, ...DURABLE });
  });

/** How many documents a second, with so many runs in flight of so many documents each. */
async function repeat(
  seconds: number,
  inFlight: number,
  documents: number,
  run: () => Promise<void>,
): Promise<number> {
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1_000;
  let count = 0;
  const loop = async () => {
    for (; elapsed() < seconds; count += documents) await run();
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return count / elapsed();
}

let number = 0;

/** What drett keeps of such an intent, without its marks and indexes. */
function document(): Document {
  number++;
  const now = Date.now();
  const id = `d${now.toString(16).padStart(12, "0")}-7000-8000-${number.toString(16).padStart(12, "0")}`;
  const about = { application: "bench", module: "intents", type: "vm", owner: "lpds" };
  const fact = {
    kind: "intent",
    about: { ...about, scope: "cloud/region-1/project-1", ttlSeconds: 86_400 },
    timeoutSeconds: 600,
    data: { flavour: "m1.small", image: "debian-12" },
    at: now,
    arrival: now,
    actor: "local",
  };
  return { _id: `resource/${id}` as never, version: 1, due: now, ...about, body: JSON.stringify([fact]) };
}

const medianOfRates = (rates: readonly number[] = []): number =>
  rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] as number;
