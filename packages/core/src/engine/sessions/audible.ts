import type { Ms } from "../../domain/fact.ts";

export interface Reading {
  readonly monotonic: Ms;
  readonly wall: Ms;
}

/**
 * Time in which drett could hear: the only time that counts as silence. It stands still while drett could not, and
 * each such gap grants everybody a whole TTL from its end.
 */
export interface Audible {
  /** How much of it there has been. */
  readonly time: Ms;
  /** When the last gap ended. */
  readonly granted: Ms;
  /** Absent until it was read first, and while drett cannot hear. */
  readonly last: Reading | undefined;
}

export const NOTHING_HEARD: Audible = { time: 0, granted: 0, last: undefined };

/** One step counts for no more than this: what is longer was spent on something else than hearing. */
const LONGEST_STEP = 2_000;
/** A longer step is a gap: the process or the machine was stopped. Shorter than the shortest TTL. */
const GAP = 4_000;
/** By so much may the two clocks differ in one step; beyond it, one of them was set, or slept. */
const SKEW = 2_000;

/** What has been audible by this reading; `hears`: drett has been able to hear and to write ever since the last. */
export function listen({ time, granted, last }: Audible, reading: Reading, hears: boolean): Audible {
  if (!hears) return { time, granted: time, last: undefined };
  if (!last || isGap(last, reading)) return { time, granted: time, last: reading };
  return { time: time + Math.min(stepBetween(last, reading), LONGEST_STEP), granted, last: reading };
}

/** The audible time of now, between two readings: rather too late than too early. */
export const timeAt = ({ time, last }: Audible, monotonic: Ms): Ms =>
  time + (last ? Math.min(Math.max(0, monotonic - last.monotonic), LONGEST_STEP) : 0);

/** How long whoever was heard last at that audible time has been silent. */
export const silenceSince = ({ time, granted }: Audible, heard: Ms): Ms => time - Math.max(heard, granted);

const stepBetween = (from: Reading, to: Reading): Ms =>
  Math.max(0, Math.min(to.monotonic - from.monotonic, to.wall - from.wall));

function isGap(from: Reading, to: Reading): boolean {
  const [monotonic, wall] = [to.monotonic - from.monotonic, to.wall - from.wall];
  return monotonic > GAP || wall > GAP || Math.abs(monotonic - wall) > SKEW;
}
