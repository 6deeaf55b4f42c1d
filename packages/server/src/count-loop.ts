import { pause } from "@drett/core";
import { Loop } from "./loop.ts";

export interface CountLoopOptions {
  /** One count; what it throws is told, unless it was to stop, and the next one comes all the same. */
  readonly count: (signal: AbortSignal) => Promise<void>;
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/** A count takes at most this share of the time: the more there is to count, the less often it is done. */
const SHARE = 0.05;

/** Counts again and again, one count at a time. */
export const countLoop = ({ count, everyMs, onError }: CountLoopOptions): Loop =>
  new Loop(async (signal) => {
    while (!signal.aborted) {
      const began = performance.now();
      await count(signal).catch((error: unknown) => {
        if (!signal.aborted) onError(error);
      });
      const took = performance.now() - began;
      await pause(Math.max(everyMs, took / SHARE), signal);
    }
  });
