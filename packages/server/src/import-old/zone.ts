const DAY_MS = 86_400_000;

/** Reads local times of one time zone. */
export interface Zone {
  readonly name: string;
  /**
   * The moments at which the clocks there show this time, given in milliseconds as if it were UTC: one; two, the
   * earlier first, where they were set back; where they were set forward past it, the moment at which they would
   * have shown it, had nobody touched them.
   */
  momentsOf(local: number): readonly [number, ...number[]];
}

/** The zone of this IANA name; nothing where there is none. */
export function zoneNamed(name: string): Zone | undefined {
  const format = formatOf(name);
  if (!format) return undefined;
  const offsetAt = (moment: number) => readOffset(format.format(moment));
  return {
    name,
    momentsOf(local) {
      // Clocks are not set twice within two days.
      const before = local - offsetAt(local - DAY_MS);
      const after = local - offsetAt(local + DAY_MS);
      const fitting = [before, after].filter((moment) => moment + offsetAt(moment) === local);
      const [first = before, ...others] = [...new Set(fitting)].sort((a, b) => a - b);
      return [first, ...others];
    },
  };
}

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Milliseconds east of Greenwich, from a text such as `3/29/2026, GMT+02:00`. */
function readOffset(text: string): number {
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(text) ?? [];
  const size = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  return sign === "-" ? -size : size;
}
