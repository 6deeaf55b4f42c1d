import { type PruneStep, pause } from "@drett/core";
import { Loop } from "../loop.ts";

export interface PruneLoopOptions {
  readonly round: () => AsyncIterable<PruneStep>;
  readonly everyMs: number;
  readonly onStep: (step: PruneStep) => void;
  readonly onError: (error: unknown) => void;
  /** From 0 up to 1; tests set it. */
  readonly random?: () => number;
  /** Resolves after so many milliseconds, or at the signal; tests set it. */
  readonly rest?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Of twenty parts of time at the most one is spent on pruning: what else there is to do has the others. */
const REST = 19;
const LONGEST_REST_MS = 5_000;
const FIRST_MS = 600_000;
const BACK_OFF_MS = 1_000;

/** Prunes in rounds, each in small steps; after trouble it comes again, later each time. */
export function pruneLoop(options: PruneLoopOptions): Loop {
  const { everyMs, random = Math.random, rest = pause } = options;
  return new Loop(async (signal) => {
    // Servers that were started together shall not prune together.
    await rest(Math.min(everyMs, FIRST_MS) * random(), signal);
    for (let failures = 0; !signal.aborted; ) {
      failures = (await runRound(options, rest, signal)) ? 0 : failures + 1;
      const wait = failures === 0 ? everyMs : Math.min(everyMs, BACK_OFF_MS * 2 ** failures);
      await rest(wait * (0.5 + random()), signal);
    }
  });
}

/** Returns whether it came to its end. */
async function runRound(
  { round, onStep, onError }: PruneLoopOptions,
  rest: typeof pause,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    let began = performance.now();
    for await (const step of round()) {
      onStep(step);
      if (step.refused) return false;
      await rest(Math.min(LONGEST_REST_MS, REST * (performance.now() - began)), signal);
      if (signal.aborted) return true;
      began = performance.now();
    }
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
}
