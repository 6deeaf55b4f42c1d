import { pause, type Swept } from "@drett/core";
import { Loop } from "./loop.ts";

export interface SweepLoopOptions {
  readonly sweep: () => Promise<Swept>;
  readonly everyMs: number;
  readonly onSwept: (swept: Swept) => void;
  readonly onError: (error: unknown) => void;
}

/** Sweeps again and again, one pass at a time; while there is more, without a pause. */
export const sweepLoop = (options: SweepLoopOptions): Loop =>
  new Loop(async (signal) => {
    while (!signal.aborted) {
      const more = await sweepOnce(options);
      if (!more) await pause(options.everyMs, signal);
    }
  });

async function sweepOnce({ sweep, onSwept, onError }: SweepLoopOptions): Promise<boolean> {
  try {
    const swept = await sweep();
    onSwept(swept);
    return swept.more && swept.looked > 0;
  } catch (error) {
    onError(error);
    return false;
  }
}
