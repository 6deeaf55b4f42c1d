import { pause, type Reclaimed } from "@drett/core";
import { Loop } from "../loop.ts";

export interface ReclaimLoopOptions {
  readonly pass: () => Promise<Reclaimed>;
  readonly everyMs: number;
  readonly onPassed: (reclaimed: Reclaimed) => void;
  readonly onError: (error: unknown) => void;
}

/** However much is found: of five parts of time at the most one is spent on looking through it. */
const REST = 4;

/** Looks again and again for what may be freed, one pass at a time. */
export const reclaimLoop = ({ pass, everyMs, onPassed, onError }: ReclaimLoopOptions): Loop =>
  new Loop(async (signal) => {
    while (!signal.aborted) {
      const began = performance.now();
      try {
        onPassed(await pass());
      } catch (error) {
        onError(error);
      }
      await pause(Math.max(everyMs, REST * (performance.now() - began)), signal);
    }
  });
