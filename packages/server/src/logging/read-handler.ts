import { resolve } from "node:path";
import type { Section } from "../config/section.ts";
import { LEVEL_NAMES, type Level } from "./level.ts";
import {
  type Destination,
  type Format,
  type HandlerConfig,
  PLAIN_TEXT,
  type Syslog,
} from "./logging-config.ts";

interface HandlerClass {
  readonly keys: readonly string[];
  read(section: Section, directory: string): Destination;
}

const PYTHON_STREAMS = ["ext://sys.stdout", "ext://sys.stderr"];
const SOCKET_TYPES = ["ext://socket.SOCK_DGRAM", "ext://socket.SOCK_STREAM"];

const FILE: HandlerClass = { keys: ["filename", "mode", "encoding", "delay"], read: readFile };

/** What may stand behind `class`: short names of our own, and Python's. */
const CLASSES: { readonly [name: string]: HandlerClass } = {
  stdout: { keys: [], read: () => ({ to: "stdout" }) },
  stderr: { keys: [], read: () => ({ to: "stderr" }) },
  file: FILE,
  syslog: {
    keys: ["address", "facility", "protocol", "app_name"],
    read: (section) =>
      readSyslog(section, section.choice("protocol", "a protocol", ["udp", "tcp"]) === "tcp"),
  },
  none: { keys: [], read: () => ({ to: "nowhere" }) },
  "logging.StreamHandler": { keys: ["stream"], read: readStream },
  "logging.FileHandler": FILE,
  "logging.handlers.SysLogHandler": {
    keys: ["address", "facility", "socktype", "app_name"],
    read: (section) =>
      readSyslog(section, section.choice("socktype", "a socket type", SOCKET_TYPES) === SOCKET_TYPES[1]),
  },
  "logging.NullHandler": { keys: [], read: () => ({ to: "nowhere" }) },
};

const ROTATING = /^logging\.handlers\.(Timed)?RotatingFileHandler$/;

/** By their numbers (RFC 5424, 6.2.1). */
const FACILITIES = [
  ..."kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock".split(" "),
  ...Array.from({ length: 8 }, (_, number) => `local${number}`),
];

export function readHandler(
  section: Section,
  formats: { readonly [name: string]: Format },
  directory: string,
): HandlerConfig {
  const its = classOf(section);
  section.refuseKeysBut("class", "level", "formatter", ...its.keys);
  const destination = its.read(section, directory);
  const formatter = section.choice("formatter", "a formatter", Object.keys(formats));
  const level = readLevel(section) ?? "notset";
  return {
    ...destination,
    level: level === "notset" ? "trace" : level,
    format: formatter === undefined ? plainFormat(destination) : (formats[formatter] as Format),
  };
}

function classOf(section: Section): HandlerClass {
  if (!section.has("class")) section.refuse([], "does not say its class");
  const named = section.text("class") ?? "";
  if (ROTATING.test(named)) {
    const instead = "use logging.FileHandler, rotate with logrotate, and send SIGHUP afterwards";
    section.refuse(["class"], `names ${named}, which drett does not have; ${instead}`);
  }
  section.mustBeKnown(["class"], named, "a class of handlers", Object.keys(CLASSES));
  return CLASSES[named] as HandlerClass;
}

/** Syslog itself knows the time, the level and the logger. */
const plainFormat = ({ to }: Destination): Format =>
  to === "syslog" ? { kind: "text", line: "%(message)s", time: undefined } : PLAIN_TEXT;

export function readLevel(section: Section): Level | "notset" | undefined {
  const value = section.get("level");
  if (value === undefined) return undefined;
  const name = typeof value === "string" ? value.toUpperCase() : value;
  section.mustBeKnown(["level"], name, "a level", Object.keys(LEVEL_NAMES));
  return LEVEL_NAMES[name as string];
}

function readStream(section: Section): Destination {
  const stream = section.choice("stream", "a stream", PYTHON_STREAMS);
  return { to: stream === PYTHON_STREAMS[0] ? "stdout" : "stderr" };
}

function readFile(section: Section, directory: string): Destination {
  const name = section.text("filename");
  if (name === undefined || name === "") section.refuse(["filename"], "must name the file");
  if ((section.text("mode") ?? "a") !== "a")
    section.refuse(["mode"], 'must be "a": a start does not wipe the log of the run before');
  if (!/^utf-?8$/i.test(section.text("encoding") ?? "utf-8")) section.refuse(["encoding"], "must be utf-8");
  section.flag("delay");
  return { to: "file", path: resolve(directory, name) };
}

function readSyslog(section: Section, isTcp: boolean): Destination {
  const appName = section.text("app_name") ?? "drett";
  if (!/^[!-~]{1,48}$/.test(appName))
    section.refuse(["app_name"], "must be 1 to 48 printable ASCII characters without a space");
  return { to: "syslog", transport: readAddress(section, isTcp), facility: readFacility(section), appName };
}

function readAddress(section: Section, isTcp: boolean): Syslog["transport"] {
  const address = section.get("address") ?? ["localhost", 514];
  if (typeof address === "string" && address.startsWith("/")) return { socket: address };
  const [host, port, ...others] = Array.isArray(address) ? address : [];
  const isPort = Number.isInteger(port) && port > 0 && port < 65_536;
  if (typeof host !== "string" || host === "" || !isPort || others.length > 0)
    section.refuse(["address"], "must be /dev/log or another local socket, or a list of host and port");
  return { protocol: isTcp ? "tcp" : "udp", host, port };
}

function readFacility(section: Section): number {
  const value = section.get("facility") ?? "user";
  if (Number.isInteger(value) && (value as number) in FACILITIES) return value as number;
  section.mustBeKnown(["facility"], value, "a facility", FACILITIES);
  return FACILITIES.indexOf(value as string);
}
