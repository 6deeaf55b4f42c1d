import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";

const root = new URL("..", import.meta.url).pathname;
const run = promisify(execFile);

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Load {
  /** A file of `bench/wrk/`, without its ending. */
  readonly script: "intents" | "batches" | "etcd";
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly ids?: "random";
}

/** One run of wrk with one thread. Any answer that is not a success fails the benchmark. */
export async function measure({ script, url, connections, seconds, ids }: Load): Promise<Measured> {
  const prefix = Date.now().toString(16).padStart(12, "0");
  const { stdout } = await run(
    "wrk",
    [
      "--threads",
      "1",
      "--connections",
      String(connections),
      "--duration",
      `${seconds}s`,
      "--script",
      `bench/wrk/${script}.lua`,
      url,
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        BENCH_RUN: `${prefix.slice(0, 8)}-${prefix.slice(8)}`,
        BENCH_IDS: ids ?? "",
        LUA_PATH: `${root}?.lua;;`,
      },
    },
  );
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const report = JSON.parse(line) as {
    requests: number;
    seconds: number;
    p50Us: number;
    p99Us: number;
    failed: number;
  };
  if (report.failed > 0) throw new Error(`${report.failed} of ${report.requests} requests to ${url} failed`);
  return {
    perSecond: report.requests / report.seconds,
    p50Ms: report.p50Us / 1000,
    p99Ms: report.p99Us / 1000,
  };
}

export const freshName = () => randomBytes(4).toString("hex");
