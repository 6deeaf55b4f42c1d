import type { Entry } from "./entry.ts";
import { escapeText } from "./escape.ts";
import { pythonName, pythonNumber } from "./level.ts";
import type { TextFormat } from "./logging-config.ts";
import { compileTime, pythonTime } from "./time-format.ts";

type Write = (entry: Entry) => string;

/** What may stand in `%(…)s`, by Python's names; `asctime` depends on the format. */
const ATTRIBUTES: { readonly [name: string]: Write } = {
  asctime: ({ time }) => pythonTime(new Date(time)),
  created: ({ time }) => String(Date.parse(time) / 1_000),
  msecs: ({ time }) => String(new Date(time).getMilliseconds()),
  name: ({ logger }) => logger || "root",
  levelname: ({ level }) => pythonName(level),
  levelno: ({ level }) => String(pythonNumber(level)),
  message: messageOf,
  process: ({ pid }) => String(pid),
};

export const TEXT_ATTRIBUTES = Object.keys(ATTRIBUTES);

const DIRECTIVE = /%(?:%|\((\w*)\)([-0]?)(\d{0,2})([sd]))/g;

/** What begins with `%` and is not understood. */
export function strangerInText(format: string): { text: string; attribute?: string } | undefined {
  for (const [, attribute] of format.matchAll(DIRECTIVE)) {
    if (attribute !== undefined && !Object.hasOwn(ATTRIBUTES, attribute))
      return { text: `%(${attribute})`, attribute };
  }
  const rest = format.replaceAll(DIRECTIVE, "");
  const place = rest.indexOf("%");
  return place === -1 ? undefined : { text: rest.slice(place, place + 20) };
}

/** Of a format without strangers. What it writes is one line, whatever the entry holds. */
export function compileText({ line, time }: TextFormat): Write {
  const attributes = time === undefined ? ATTRIBUTES : { ...ATTRIBUTES, asctime: timeOf(time) };
  const parts: Write[] = [];
  let end = 0;
  for (const match of line.matchAll(DIRECTIVE)) {
    const [text, name, flag = "", width = ""] = match;
    const before = line.slice(end, match.index);
    const write = name === undefined ? () => "%" : (attributes[name] as Write);
    const oneLine: Write = (entry) => escapeText(write(entry));
    parts.push(() => before, padded(oneLine, flag, Number(width)));
    end = match.index + text.length;
  }
  const rest = line.slice(end);
  return (entry) => `${parts.map((write) => write(entry)).join("")}${rest}`;
}

function timeOf(format: string): Write {
  const write = compileTime(format);
  return ({ time }) => write(new Date(time));
}

function padded(write: Write, flag: string, width: number): Write {
  if (width === 0) return write;
  if (flag === "-") return (entry) => write(entry).padEnd(width);
  return (entry) => write(entry).padStart(width, flag === "0" ? "0" : " ");
}

/** The message, and behind it what the entry is about, so that no format leaves that out. */
function messageOf({ msg, fields }: Entry): string {
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${textOf(value)}`);
  return `${msg}${pairs.join("")}`;
}

function textOf(value: unknown): string {
  if (typeof value === "string" && /^[\w.:/@+-]+$/.test(value)) return value;
  return JSON.stringify(value);
}
