import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Checks } from "../crash/check.ts";
import type { Database } from "./database.ts";

/** So many servers on one store. */
export interface Setting<Store extends string = string> {
  readonly store: Store;
  readonly servers: number;
  /** Why it cannot run here, if it cannot. */
  readonly missing: string | undefined;
  start(): Promise<Database>;
}

interface Checked {
  /** What is wrong, by what must hold. */
  readonly checks: Checks;
}

export interface Series<Round extends Checked> {
  /** How long each round lasts, in seconds. */
  readonly lengths: readonly number[];
  /** Of the first; each has one of its own, so that it can be repeated alone. */
  readonly seed: number;
  /** `directory` is empty. */
  run(round: { seconds: number; seed: number; directory: string }): Promise<Round>;
  tell(round: Round): void;
}

/** One round after the other, up to the first in which something is broken. */
export async function runSeries<Round extends Checked>(series: Series<Round>): Promise<readonly Round[]> {
  const folder = mkdtempSync(join(tmpdir(), "drett-rounds-"));
  const rounds: Round[] = [];
  try {
    for (const [number, seconds] of series.lengths.entries()) {
      const seed = series.seed + number;
      const directory = join(folder, String(seed));
      mkdirSync(directory);
      const round = await series.run({ seconds, seed, directory });
      rounds.push(round);
      series.tell(round);
      if (isBroken(round)) break;
    }
    return rounds;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What did not hold. */
export const brokenIn = ({ checks }: Checked): readonly string[] =>
  Object.keys(checks).filter((holds) => (checks[holds]?.length ?? 0) > 0);

export const isBroken = (round: Checked): boolean => brokenIn(round).length > 0;
