import { ArgumentInvalid } from "./errors.ts";

/**
 * How long: text with units (`"90s"`, `"10m"`, `"1h30m"`, `"30d"`; ms, s, m, h, d, w), or a number of
 * seconds. On the wire it becomes whole seconds, rounded up.
 */
export type Duration = string | number;

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

export function millisecondsOf(duration: Duration, argument: string): number {
  if (typeof duration === "number" && duration >= 0 && duration < Number.POSITIVE_INFINITY) {
    return duration * 1000;
  }
  if (typeof duration === "string" && WHOLE.test(duration)) {
    const parts = [...duration.matchAll(PART)];
    return parts.reduce(
      (sum, [, count, unit]) => sum + Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS],
      0,
    );
  }
  throw new ArgumentInvalid(
    argument,
    `${argument} is ${String(duration)}: give text with units, such as "10m", "1h30m" or "30d", or a number of seconds, not negative`,
  );
}

/** A moment as it travels; a duration counts from `now`. */
export function timeOf(until: Date | Duration, now: number): string {
  const time = until instanceof Date ? until.getTime() : now + millisecondsOf(until, "until");
  if (Number.isNaN(time)) throw new ArgumentInvalid("until", "until is no date");
  return new Date(time).toISOString();
}

export function secondsOf(duration: Duration, argument: string): number {
  return Math.ceil(millisecondsOf(duration, argument) / 1000);
}
