import type { Entry } from "./entry.ts";
import { severityOf } from "./level.ts";
import type { Syslog } from "./logging-config.ts";

/** What receivers take in one message (RFC 5426, 3.2), in bytes. */
const LIMIT = 8_192;

/** A message of RFC 5424. Its MSGID is the logger; it has no structured data. */
export function syslogMessage(entry: Entry, text: string, { facility, appName }: Syslog): string {
  const { time, level, pid, hostname, logger } = entry;
  const words = [
    `<${priority(level, facility)}>1`,
    time,
    word(hostname, 255),
    appName,
    pid,
    word(logger, 32),
  ];
  return cut(`${words.join(" ")} - ${text}`);
}

/** A line for `logger --prio-prefix`, which adds the rest. */
export const loggerLine = ({ level }: Entry, text: string, { facility }: Syslog): string =>
  `${cut(`<${priority(level, facility)}>${text}`)}\n`;

/** How `logger` of util-linux is started, once for all lines. */
export const loggerArguments = ({ appName }: Syslog, socket: string): readonly string[] => [
  "--prio-prefix",
  "--socket-errors=on",
  `--socket=${socket}`,
  `--tag=${appName}`,
  `--id=${process.pid}`,
  `--size=${LIMIT}`,
];

const priority = (level: Entry["level"], facility: number) => 8 * facility + severityOf(level);

/** Printable ASCII, or the dash that stands for nothing. */
const word = (text: string, length: number) => text.replaceAll(/[^!-~]/g, "").slice(0, length) || "-";

/** Not in the middle of a character. */
function cut(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= LIMIT) return message;
  let end = LIMIT;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}
