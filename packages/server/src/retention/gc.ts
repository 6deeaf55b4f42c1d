import { DEFAULTS, Engine, type PruneStep, Pruning, surveyPruning } from "@drett/core";
import type { Config } from "../config/read-config.ts";
import { doubtOfClock } from "./doubt-of-clock.ts";
import { GcTally } from "./gc-tally.ts";
import { retentionOf } from "./retention-of.ts";

/** It stopped short; the message says why, and what to do. */
export class GcRefused extends Error {
  override readonly name = "GcRefused";
}

export interface GcOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
  /** Whatever it says, and however long ago the store was pruned. */
  readonly clockIsRight?: boolean;
}

/** Larger than the steps of a server: nobody waits behind them but on a busy store. */
const PAGE = 200;

/** `drett-server gc`: beside a running server, or without one. Returns what to print. */
export async function runGc(
  config: Config,
  { dryRun = false, json = false, clockIsRight = false }: GcOptions,
  warn: (message: string) => void,
): Promise<string> {
  const store = await config.openStore({ role: "guest", warn });
  const defaults = { ...DEFAULTS, retention: retentionOf(config) };
  let trouble: unknown;
  const engine = new Engine({ store, newId: () => "", defaults, onError: (error) => (trouble = error) });
  try {
    const tally = new GcTally(dryRun);
    for await (const step of dryRun
      ? surveyPruning(engine)
      : new Pruning(engine, PAGE).round({ clockIsRight })) {
      tally.add(step);
      refuseTrouble(step, trouble);
      if (step.doubtful !== undefined) throw new GcRefused(doubtOfClock(step.doubtful));
    }
    return json ? JSON.stringify(tally.toJSON(), null, 2) : tally.toText();
  } finally {
    await engine.close();
    await store.close();
  }
}

function refuseTrouble({ refused }: PruneStep, trouble: unknown): void {
  if (refused === undefined) return;
  if (trouble instanceof Error) throw trouble;
  throw new GcRefused(`it stopped short (${refused}); run it again: what is pruned stays pruned`);
}
