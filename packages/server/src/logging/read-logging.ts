import { type Refuse, Section } from "../config/section.ts";
import {
  type Format,
  JSON_FORMAT,
  type LoggerConfig,
  type LoggingConfig,
  PLAIN_TEXT,
} from "./logging-config.ts";
import { readHandler, readLevel } from "./read-handler.ts";
import { strangerInText, TEXT_ATTRIBUTES } from "./text-format.ts";
import { strangerInTime, TIME_DIRECTIVES } from "./time-format.ts";

/** There without being declared, unless a file declares its own under the name. */
const BUILT_IN: { readonly [name: string]: Format } = { json: JSON_FORMAT, text: PLAIN_TEXT };

/**
 * Reads what a logging file holds: Python's `dictConfig` in version 1, as far as it describes and does not compute,
 * and short names of our own. Names of files are relative to the directory.
 */
export function readLogging(value: unknown, directory: string, refuse: Refuse): LoggingConfig {
  const file = new Section(value, [], refuse);
  file.refuseKeysBut(
    "version",
    "disable_existing_loggers",
    "incremental",
    "formatters",
    "handlers",
    "loggers",
    "root",
  );
  if (file.has("version") && file.get("version") !== 1) file.refuse(["version"], "must be 1");
  if (file.flag("incremental")) file.refuse(["incremental"], "must be false: the file says all there is");
  file.flag("disable_existing_loggers");
  const formats = { ...BUILT_IN, ...read(file.section("formatters"), readFormat) };
  const handlers = read(file.section("handlers"), (section) => readHandler(section, formats, directory));
  const names = Object.keys(handlers);
  const loggers = read(file.section("loggers"), (section) => readLogger(section, names));
  if ("" in loggers) file.refuse(["loggers", ""], "has no name: the root logger is configured under `root`");
  return { handlers, loggers: { ...loggers, "": readRoot(file.section("root"), names) } };
}

function read<Value>(section: Section, one: (section: Section) => Value): { readonly [name: string]: Value } {
  return Object.fromEntries(section.keys().map((name) => [name, one(section.section(name))]));
}

function readFormat(section: Section): Format {
  section.refuseKeysBut("format", "datefmt", "style");
  if (section.has("style") && section.get("style") !== "%") section.refuse(["style"], 'must be "%"');
  const line = section.text("format") ?? "%(message)s";
  const stranger = strangerInText(line);
  if (stranger?.attribute !== undefined) {
    section.mustBeKnown(["format"], stranger.attribute, "something that a line can show", TEXT_ATTRIBUTES);
  }
  if (stranger) {
    section.refuse(
      ["format"],
      `has ${JSON.stringify(stranger.text)}; write %(name)s, %(name)-8s, %% and the like`,
    );
  }
  if (/[\r\n]/.test(line)) section.refuse(["format"], "must be one line");
  const time = section.text("datefmt");
  const unknown = time === undefined ? undefined : strangerInTime(time);
  if (unknown !== undefined) {
    const known = TIME_DIRECTIVES.join(" ");
    section.refuse(
      ["datefmt"],
      `has ${JSON.stringify(unknown)}, which is not understood; there are ${known}`,
    );
  }
  return { kind: "text", line, time };
}

function readLogger(section: Section, handlers: readonly string[]): LoggerConfig {
  section.refuseKeysBut("level", "propagate", "handlers");
  const level = readLevel(section);
  return {
    level: level === "notset" ? undefined : level,
    propagate: section.flag("propagate") ?? true,
    handlers: section.names("handlers", "a handler", handlers),
  };
}

/** Warnings and worse where no level is said, as in Python. */
function readRoot(section: Section, handlers: readonly string[]): LoggerConfig {
  section.refuseKeysBut("level", "propagate", "handlers");
  const level = readLevel(section) ?? "warn";
  return {
    level: level === "notset" ? "trace" : level,
    propagate: false,
    handlers: section.names("handlers", "a handler", handlers),
  };
}
