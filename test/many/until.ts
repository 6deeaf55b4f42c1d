import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take on a machine that is busy with other things: past it, it counts as never. */
export const NEVER_MS = 120_000;

/** Looks again and again; false where it is never so. */
export async function until(isSo: () => boolean, neverMs = NEVER_MS): Promise<boolean> {
  const started = performance.now();
  while (!isSo()) {
    if (performance.now() - started > neverMs) return false;
    await pause(5);
  }
  return true;
}
