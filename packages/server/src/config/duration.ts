const UNITS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
const FORM = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?$/;

/** `1h30m` in seconds; nothing where it is no duration. */
export function parseDuration(text: string): number | undefined {
  const parts = text === "" ? undefined : FORM.exec(text)?.slice(1);
  return (
    parts && Object.values(UNITS).reduce((sum, unit, place) => sum + unit * Number(parts[place] ?? 0), 0)
  );
}

export function formatDuration(seconds: number): string {
  let rest = seconds;
  let text = "";
  for (const [name, unit] of Object.entries(UNITS)) {
    const count = Math.floor(rest / unit);
    if (count > 0) text += `${count}${name}`;
    rest -= count * unit;
  }
  return text === "" ? "0s" : text;
}
