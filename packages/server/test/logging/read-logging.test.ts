import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoggingConfig } from "../../src/logging/logging-config.ts";
import { readLogging } from "../../src/logging/read-logging.ts";

class Refused extends Error {
  readonly path: readonly (string | number)[];
  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

const read = (value: unknown): LoggingConfig =>
  readLogging(value, "/etc/drett", (path, message) => {
    throw new Refused(path, message);
  });

/** As the old drett had it: Python's `dictConfig`. */
const OLD = {
  version: 1,
  disable_existing_loggers: false,
  formatters: { simple: { format: "%(asctime)s %(name)s %(levelname)s %(message)s" } },
  handlers: {
    console: {
      class: "logging.StreamHandler",
      level: "DEBUG",
      formatter: "simple",
      stream: "ext://sys.stdout",
    },
    syslog: {
      class: "logging.handlers.SysLogHandler",
      level: "INFO",
      formatter: "simple",
      address: "/dev/log",
      facility: "local0",
    },
  },
  loggers: { drett: { level: "DEBUG", handlers: ["syslog"], propagate: "no" } },
  root: { level: "INFO", handlers: ["console"] },
};

test("the old drett's file is read as it is", () => {
  const format = {
    kind: "text",
    line: "%(asctime)s %(name)s %(levelname)s %(message)s",
    time: undefined,
  } as const;
  assert.deepEqual(read(OLD), {
    handlers: {
      console: { to: "stdout", level: "debug", format },
      syslog: {
        to: "syslog",
        transport: { socket: "/dev/log" },
        facility: 16,
        appName: "drett",
        level: "info",
        format,
      },
    },
    loggers: {
      drett: { level: "debug", propagate: false, handlers: ["syslog"] },
      "": { level: "info", propagate: false, handlers: ["console"] },
    },
  });
});

/** One handler, read alone. */
const readOne = (handler: object) => read({ handlers: { one: handler } }).handlers.one;
const text = (line: string) => ({ kind: "text", line, time: undefined });
const plain = text("%(asctime)s %(name)s %(levelname)s %(message)s");
const syslog = { to: "syslog", facility: 1, appName: "drett" };

for (const [what, handler, expected] of [
  ["stdout", { class: "stdout" }, { to: "stdout" }],
  ["stderr", { class: "stderr" }, { to: "stderr" }],
  ["none", { class: "none" }, { to: "nowhere" }],
  ["a relative file", { class: "file", filename: "drett.log" }, { to: "file", path: "/etc/drett/drett.log" }],
  ["Python's stream", { class: "logging.StreamHandler" }, { to: "stderr" }],
  [
    "Python's file",
    { class: "logging.FileHandler", filename: "/l", mode: "a", encoding: "UTF-8", delay: true },
    { to: "file", path: "/l" },
  ],
  ["Python's nothing", { class: "logging.NullHandler" }, { to: "nowhere" }],
] as const) {
  test(`a handler to ${what} is read`, () => {
    assert.deepEqual(readOne(handler), { ...expected, level: "trace", format: plain });
  });
}

for (const [what, handler, expected] of [
  [
    "by default to the local port, by UDP",
    { class: "syslog" },
    { transport: { protocol: "udp", host: "localhost", port: 514 } },
  ],
  [
    "by TCP",
    { class: "syslog", address: ["logs", 6514], protocol: "tcp", facility: "local7", app_name: "drett-lab" },
    { transport: { protocol: "tcp", host: "logs", port: 6514 }, facility: 23, appName: "drett-lab" },
  ],
  [
    "by Python's socket type",
    {
      class: "logging.handlers.SysLogHandler",
      address: ["logs", 514],
      socktype: "ext://socket.SOCK_STREAM",
      facility: 3,
    },
    { transport: { protocol: "tcp", host: "logs", port: 514 }, facility: 3 },
  ],
] as const) {
  test(`a syslog handler is read: ${what}`, () => {
    assert.deepEqual(readOne(handler), {
      ...syslog,
      ...expected,
      level: "trace",
      format: text("%(message)s"),
    });
  });
}

test("levels and formats are read in Python's words and in ours", () => {
  const levels = ["NOTSET", "debug", "Warn", "WARNING", "CRITICAL", "FATAL", "silent", "trace"].map(
    (level) => readOne({ class: "stdout", level })?.level,
  );
  assert.deepEqual(levels, ["trace", "debug", "warn", "warn", "fatal", "fatal", "silent", "trace"]);
  assert.deepEqual(readOne({ class: "stdout", formatter: "json" })?.format, { kind: "json" });
  const formatters = { brief: { format: "%(levelname)-8s %(message)s %%", datefmt: "%H:%M:%S", style: "%" } };
  const handlers = { one: { class: "stdout", formatter: "brief" } };
  assert.deepEqual(read({ formatters, handlers }).handlers.one?.format, {
    kind: "text",
    line: "%(levelname)-8s %(message)s %%",
    time: "%H:%M:%S",
  });
});

test("an empty file leaves Python's root: warnings, and no handler", () => {
  const root = { level: "warn", propagate: false, handlers: [] };
  assert.deepEqual(read(null), { handlers: {}, loggers: { "": root } });
});

test("a logger that says nothing takes its parent's level and hands on", () => {
  const { loggers } = read({
    loggers: { "drett.http": {}, "drett.store": { level: "NOTSET", propagate: 0 } },
  });
  assert.deepEqual(loggers["drett.http"], { level: undefined, propagate: true, handlers: [] });
  assert.deepEqual(loggers["drett.store"], { level: undefined, propagate: false, handlers: [] });
});

const handler = (its: object) => ({ handlers: { one: { class: "stdout", ...its } } });
const REFUSED: readonly (readonly [value: unknown, path: string, message: RegExp])[] = [
  [[], "", /the file must be a mapping/],
  [{ verson: 1 }, "verson", /verson is not a setting here; did you mean "version"\?/],
  [{ version: 2 }, "version", /version must be 1/],
  [{ filters: {} }, "filters", /filters is not a setting here; /],
  [{ incremental: true }, "incremental", /incremental must be false/],
  [{ disable_existing_loggers: "maybe" }, "disable_existing_loggers", /must be true or false/],
  [{ handlers: [] }, "handlers", /handlers must be a mapping/],
  [{ handlers: { one: 1 } }, "handlers.one", /handlers\.one must be a mapping/],
  [{ handlers: { one: {} } }, "handlers.one", /handlers\.one does not say its class/],
  [handler({ class: "stdot" }), "handlers.one.class", /names "stdot".*did you mean "stdout"\?/],
  [
    handler({ class: "logging.StreamHandlr" }),
    "handlers.one.class",
    /names "logging\.StreamHandlr", which is not a class of handlers; did you mean "logging\.StreamHandler"\?/,
  ],
  [
    handler({ class: "logging.handlers.RotatingFileHandler" }),
    "handlers.one.class",
    /RotatingFileHandler, which drett does not have; use logging\.FileHandler, rotate with logrotate/,
  ],
  [
    handler({ class: "logging.handlers.TimedRotatingFileHandler" }),
    "handlers.one.class",
    /TimedRotatingFileHandler, which/,
  ],
  [handler({ class: "os.system" }), "handlers.one.class", /names "os\.system".*there are stdout, stderr, /],
  [handler({ class: "constructor" }), "handlers.one.class", /names "constructor"/],
  [handler({ class: 3 }), "handlers.one.class", /must be text/],
  [handler({ "()": "os.system" }), "handlers.one.()", /is not a setting here/],
  [handler({ filters: ["f"] }), "handlers.one.filters", /is not a setting here/],
  [
    handler({ level: "INFOO" }),
    "handlers.one.level",
    /names "INFOO", which is not a level; did you mean "INFO"\?/,
  ],
  [handler({ level: 20 }), "handlers.one.level", /names 20, which is not a level; there are NOTSET, /],
  [handler({ formatter: "jsn" }), "handlers.one.formatter", /names "jsn".*did you mean "json"\?/],
  [handler({ formatter: "toString" }), "handlers.one.formatter", /names "toString"/],
  [
    { handlers: { one: { class: "logging.StreamHandler", stream: "ext://sys.stdin" } } },
    "handlers.one.stream",
    /names "ext:\/\/sys\.stdin", which is not a stream; did you mean "ext:\/\/sys\.std(out|err)"\?/,
  ],
  [handler({ class: "file" }), "handlers.one.filename", /must name the file/],
  [handler({ class: "file", filename: "l", mode: "w" }), "handlers.one.mode", /must be "a"/],
  [handler({ class: "file", filename: "l", encoding: "latin-1" }), "handlers.one.encoding", /must be utf-8/],
  [
    handler({ class: "file", filname: "l" }),
    "handlers.one.filname",
    /is not a setting here; did you mean "filename"\?/,
  ],
  [
    handler({ class: "syslog", address: "logs" }),
    "handlers.one.address",
    /must be \/dev\/log or .*host and port/,
  ],
  [handler({ class: "syslog", address: ["logs", 70_000] }), "handlers.one.address", /host and port/],
  [handler({ class: "syslog", address: ["logs", "514"] }), "handlers.one.address", /host and port/],
  [handler({ class: "syslog", facility: "locl0" }), "handlers.one.facility", /did you mean "local0"\?/],
  [handler({ class: "syslog", facility: 24 }), "handlers.one.facility", /names 24, which is not a facility/],
  [handler({ class: "syslog", protocol: "tpc" }), "handlers.one.protocol", /did you mean "tcp"\?/],
  [handler({ class: "syslog", app_name: "two words" }), "handlers.one.app_name", /printable ASCII/],
  [{ root: { level: "LOUD" } }, "root.level", /root\.level names "LOUD", which is not a level/],
  [{ root: { handlers: "one" } }, "root.handlers", /must be a list/],
  [
    { ...handler({}), root: { handlers: ["on"] } },
    "root.handlers.0",
    /root\.handlers\.0 names "on", which is not a handler; did you mean "one"\?/,
  ],
  [{ root: { handlers: ["one"] } }, "root.handlers.0", /names "one", which is not a handler; there is none/],
  [{ loggers: { drett: { propogate: true } } }, "loggers.drett.propogate", /did you mean "propagate"\?/],
  [{ loggers: { "": {} } }, "loggers.", /the root logger is configured under `root`/],
  [{ formatters: { f: { class: "x.Y" } } }, "formatters.f.class", /is not a setting here/],
  [{ formatters: { f: { style: "{" } } }, "formatters.f.style", /must be "%"/],
  [{ formatters: { f: { format: "%(mesage)s" } } }, "formatters.f.format", /did you mean "message"\?/],
  [{ formatters: { f: { format: "%(threadName)s" } } }, "formatters.f.format", /names "threadName"/],
  [{ formatters: { f: { format: "%(__class__)s" } } }, "formatters.f.format", /names "__class__"/],
  [{ formatters: { f: { format: "%(message)r" } } }, "formatters.f.format", /has "%\(message\)r"/],
  [{ formatters: { f: { format: "100% %(message)s" } } }, "formatters.f.format", /has "% "/],
  [{ formatters: { f: { format: "%(message)999s" } } }, "formatters.f.format", /has "%\(message\)999s"/],
  [{ formatters: { f: { format: "a\nb" } } }, "formatters.f.format", /must be one line/],
  [
    { formatters: { f: { datefmt: "%Q" } } },
    "formatters.f.datefmt",
    /has "%Q", which is not understood; there are %Y/,
  ],
  [{ formatters: { f: { datefmt: "%" } } }, "formatters.f.datefmt", /has "%"/],
];
for (const [value, path, message] of REFUSED) {
  test(`${JSON.stringify(value)} is refused, saying where and what to do`, () => {
    assert.throws(
      () => read(value),
      (error) => {
        assert.ok(error instanceof Refused, String(error));
        assert.match(error.message, message);
        assert.equal(error.path.join("."), path);
        return true;
      },
    );
  });
}
