import { type Load, type Measured, measure } from "./load.ts";
import { type Subject, startCeiling, startDrett, startEtcd } from "./subjects.ts";

export interface BenchOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly print: (row: Record<string, string | number>) => void;
}

const CONNECTIONS = [1, 16, 64, 256];

/** Durable single writes: drett, etcd and drett without a store take turns, so that a noisy machine is noisy for all. */
export async function benchWrites({ seconds, rounds, print }: BenchOptions): Promise<void> {
  const subjects = [await startDrett(), await startEtcd().catch(explainEtcd), await startCeiling()].filter(
    (it) => it !== undefined,
  );
  try {
    for (const subject of subjects) await measure({ ...loadOf(subject), connections: 32, seconds: 3 });
    for (const connections of CONNECTIONS) {
      const figures = await inTurn(subjects, rounds, (subject) => ({
        ...loadOf(subject),
        connections,
        seconds,
      }));
      const etcd = figures.get("etcd");
      for (const [subject, median] of figures) {
        const ratio: Record<string, number> =
          etcd && subject !== "etcd" ? { ratio: median.perSecond / etcd.perSecond } : {};
        print({ bench: "intents", subject, connections, ...median, ...ratio });
      }
    }
    await benchBatches(subjects[0] as Subject, { seconds, rounds, print });
  } finally {
    await Promise.all(subjects.map((subject) => subject.stop()));
  }
}

async function benchBatches(drett: Subject, { seconds, rounds, print }: BenchOptions): Promise<void> {
  const connections = 8;
  const subjects = [
    { ...drett, name: "batches of 100" },
    { ...drett, name: "single" },
  ];
  const figures = await inTurn(subjects, rounds, ({ name, url }) =>
    name === "single"
      ? { script: "intents", url, connections: 64, seconds }
      : { script: "batches", url, connections, seconds },
  );
  const [batches, single] = [figures.get("batches of 100") as Measured, figures.get("single") as Measured];
  const perSecond = batches.perSecond * 100;
  print({
    bench: "batches",
    subject: "drett",
    connections,
    ...batches,
    perSecond,
    ratio: perSecond / single.perSecond,
  });
}

function loadOf({ name, url }: Subject): Pick<Load, "script" | "url"> {
  return { script: name === "etcd" ? "etcd" : "intents", url };
}

/** Each subject once a round; the median of its rounds. */
async function inTurn(
  subjects: readonly Subject[],
  rounds: number,
  loadFor: (subject: Subject) => Load,
): Promise<Map<string, Measured>> {
  const measured = new Map<string, Measured[]>(subjects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) measured.get(subject.name)?.push(await measure(loadFor(subject)));
  }
  return new Map([...measured].map(([name, runs]) => [name, medianOf(runs)]));
}

export function medianOf(runs: readonly Measured[]): Measured {
  const middle = (values: number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
  return {
    perSecond: middle(runs.map(({ perSecond }) => perSecond)),
    p50Ms: middle(runs.map(({ p50Ms }) => p50Ms)),
    p99Ms: middle(runs.map(({ p99Ms }) => p99Ms)),
  };
}

function explainEtcd(): undefined {
  console.error(
    "etcd is not measured: it is not on the path (Debian: apt-get install etcd-server; or DRETT_BENCH_ETCD=/path/to/etcd)",
  );
}
