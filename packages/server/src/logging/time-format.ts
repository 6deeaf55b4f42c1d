/** A moment in local time, as Python's logging has it. */
type Write = (date: Date) => string;

const two = (number: number) => String(number).padStart(2, "0");
const named = (option: Intl.DateTimeFormatOptions): Write => {
  const format = new Intl.DateTimeFormat("en", option);
  return (date) => format.format(date);
};

/** The directives of `strftime` that are understood. */
const DIRECTIVES: { readonly [letter: string]: Write } = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => two(date.getFullYear() % 100),
  m: (date) => two(date.getMonth() + 1),
  d: (date) => two(date.getDate()),
  H: (date) => two(date.getHours()),
  I: (date) => two(date.getHours() % 12 || 12),
  M: (date) => two(date.getMinutes()),
  S: (date) => two(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  a: named({ weekday: "short" }),
  A: named({ weekday: "long" }),
  b: named({ month: "short" }),
  B: named({ month: "long" }),
  z: zone,
  "%": () => "%",
};

export const TIME_DIRECTIVES = Object.keys(DIRECTIVES).map((letter) => `%${letter}`);

function zone(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

/** The first directive in it that is not understood. */
export function strangerInTime(format: string): string | undefined {
  return [...format.matchAll(/%(.?)/gs)].find(([, letter = ""]) => !Object.hasOwn(DIRECTIVES, letter))?.[0];
}

/** Of a format without strangers. */
export function compileTime(format: string): Write {
  const parts = format.split(/(%.)/s).map((part): Write => {
    const directive = part.startsWith("%") ? DIRECTIVES[part.slice(1)] : undefined;
    return directive ?? (() => part);
  });
  return (date) => parts.map((write) => write(date)).join("");
}

const seconds = compileTime("%Y-%m-%d %H:%M:%S");

/** Python's own: `2026-11-23 09:30:00,123`. */
export const pythonTime: Write = (date) =>
  `${seconds(date)},${String(date.getMilliseconds()).padStart(3, "0")}`;
