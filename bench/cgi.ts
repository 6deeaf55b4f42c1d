import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { askCgi } from "../packages/server/test/support/cgi-process.ts";
import { freshName, measure } from "./load.ts";
import { dataFolder, type Subject, startDrett } from "./subjects.ts";
import { type BenchOptions, medianOf } from "./writes.ts";

const AT_A_TIME = 8;
const CONNECTIONS = 64;

/** What a request costs through `drett-cgi`, and what the server and such processes cost one another. */
export async function benchCgi(options: BenchOptions): Promise<void> {
  const folder = dataFolder();
  const drett = await startDrett(folder);
  try {
    // The first one compiles.
    await askIntent(folder);
    await benchCost(drett, folder, options);
    await benchSideBySide(drett, folder, options);
  } finally {
    await drett.stop();
  }
}

async function benchCost({ url }: Subject, folder: string, { seconds, rounds, print }: BenchOptions) {
  const row = { bench: "one request after the other" };
  const runs = [];
  for (let round = 0; round < rounds; round++)
    runs.push(await measure({ script: "intents", url, connections: 1, seconds }));
  print({ ...row, subject: "the server", ...medianOf(runs) });
  print({
    ...row,
    subject: "drett-cgi",
    ...spread(await askFor(seconds * rounds, folder), seconds * rounds),
  });
}

/** Each in turn within a round, so that a noisy machine is noisy for all. */
async function benchSideBySide({ url }: Subject, folder: string, { seconds, rounds, print }: BenchOptions) {
  const loaded = () => measure({ script: "intents", url, connections: CONNECTIONS, seconds });
  const alone = [];
  const besideProcesses = [];
  const besideGuests = [];
  const processes: number[] = [];
  const guests: number[] = [];
  for (let round = 0; round < rounds; round++) {
    alone.push(await loaded());
    const asking = Promise.all(Array.from({ length: AT_A_TIME }, () => askFor(seconds, folder)));
    besideProcesses.push(await loaded());
    processes.push(...(await asking).flat());
    const loops = await GuestLoops.start(folder);
    const telling = loops.run(seconds);
    besideGuests.push(await loaded());
    guests.push(...(await telling));
  }
  const row = { bench: "side by side", connections: CONNECTIONS };
  const before = medianOf(alone);
  const beside = {
    [`${AT_A_TIME} CGI processes at a time`]: besideProcesses,
    [`${AT_A_TIME} guests without a pause`]: besideGuests,
  };
  print({ ...row, subject: "the server alone", ...before });
  for (const [name, runs] of Object.entries(beside)) {
    const after = medianOf(runs);
    print({
      ...row,
      subject: `the server beside ${name}`,
      ...after,
      ratio: after.perSecond / before.perSecond,
    });
  }
  const total = seconds * rounds;
  print({ ...row, subject: "those CGI processes", ...spread(processes, total) });
  print({ ...row, subject: "those guests", ...spread(guests, total) });
}

async function askIntent(folder: string): Promise<number> {
  const start = performance.now();
  const body = { id: `c${freshName()}`, application: "bench", type: "vm", owner: "lpds" };
  const { status, stderr } = await askCgi(folder, { path: "/v1/resources", body });
  if (status !== 201) throw new Error(`${status}: ${stderr}`);
  return performance.now() - start;
}

/** One process after the other for so many seconds; how long each took, in milliseconds. */
async function askFor(seconds: number, folder: string): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + 1_000 * seconds; performance.now() < end; )
    times.push(await askIntent(folder));
  return times;
}

/** Guests that need not start first. */
class GuestLoops {
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  static async start(folder: string): Promise<GuestLoops> {
    const entry = new URL("./guest-loop.ts", import.meta.url);
    const children = Array.from({ length: AT_A_TIME }, () => fork(entry, [folder]));
    await Promise.all(children.map((child) => once(child, "message")));
    return new GuestLoops(children);
  }

  async run(seconds: number): Promise<number[]> {
    const answers = this.#children.map((child) => {
      child.send(seconds);
      return once(child, "message") as Promise<[number[]]>;
    });
    return (await Promise.all(answers)).flatMap(([times]) => times);
  }
}

function spread(times: readonly number[], seconds: number) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
  return { perSecond: sorted.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}
