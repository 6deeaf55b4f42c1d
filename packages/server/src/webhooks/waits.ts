import type { Attempt } from "./attempt.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const [FIRST, MOST] = [5 * SECOND, 600 * SECOND];
/** Nobody waits longer, whatever a target asks for or another server's clock says. */
export const LONGEST = 2 * HOUR;

/** How long until the next attempt, where `attempts` were made; `random` from 0 up to 1. */
export function waitAfter({ outcome, askedMs = 0 }: Attempt, attempts: number, random: number): number {
  // Whoever heard it has switched the target off; any other server is to hear it, too.
  if (outcome === "gone") return 0;
  // Only a person can mend the others, and none of them passes by itself.
  const base = outcome === "failed" ? Math.min(MOST, FIRST * 2 ** (attempts - 1)) : HOUR;
  return Math.min(LONGEST, Math.max(base * (0.5 + random), askedMs));
}
