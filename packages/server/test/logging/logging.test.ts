import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inheritedBy } from "../../src/logging/hierarchy.ts";
import { LOGGERS, type Logging } from "../../src/logging/logging.ts";
import { plainLogging } from "../../src/logging/logging-config.ts";
import { temporaryDirectory } from "../support/child-server.ts";
import { allTo, loggingOf } from "./support/given.ts";

/** Logs as `tell` does to one file of JSON, and returns its lines. */
async function linesOf(t: TestContext, tell: (logging: Logging) => void): Promise<Record<string, unknown>[]> {
  const filename = join(temporaryDirectory(t), "drett.log");
  const logging = loggingOf(t, allTo({ class: "file", filename, formatter: "json" }));
  tell(logging);
  await logging.close();
  const lines = readFileSync(filename, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line in JSON says when, how bad, where and what, and what it is about", async (t) => {
  const [line] = await linesOf(t, (logging) =>
    logging.logger("drett.http").warn({ requestId: "r-1", actor: "local", record: "vm-1" }, "slow"),
  );
  assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(line, {
    level: "warn",
    time: line?.time,
    pid: process.pid,
    hostname: hostname(),
    logger: "drett.http",
    requestId: "r-1",
    actor: "local",
    record: "vm-1",
    msg: "slow",
  });
});

test("of an error a line shows what it is and its causes, and nothing that a library hung on it", async (t) => {
  const cause = Object.assign(new TypeError("no route"), { code: "EHOSTUNREACH" });
  const error = Object.assign(new Error("cannot reach mongodb://me:s3cret@db", { cause }), {
    request: { headers: { authorization: "s3cret" } },
  });
  error.stack = `Error: ?password=s3cret\n    at here`;
  const [line] = await linesOf(t, (logging) => logging.logger("drett").error({ err: error }, error.message));
  const err = line?.err as { cause: Record<string, unknown> } & Record<string, unknown>;
  assert.deepEqual([err.type, err.message], ["Error", "cannot reach mongodb://me:***@db"]);
  assert.deepEqual(
    [err.cause.type, err.cause.code, err.cause.message],
    ["TypeError", "EHOSTUNREACH", "no route"],
  );
  assert.doesNotMatch(JSON.stringify(line), /s3cret/);
});

test("an error that is its own cause, or none at all, is written all the same", async (t) => {
  const error = new Error("round");
  error.cause = error;
  const lines = await linesOf(t, (logging) => {
    logging.logger("drett").error({ err: error }, "one");
    logging.logger("drett").error({ err: "thrown" }, "two");
  });
  assert.equal(lines.length, 2);
  assert.deepEqual(lines[1]?.err, { message: "thrown" });
});

test("each handler takes its own level and above, and no logger writes for nobody", async (t) => {
  const directory = temporaryDirectory(t);
  const file = (name: string, level: string) => ({
    class: "file",
    filename: join(directory, name),
    level,
    formatter: "brief",
  });
  const logging = loggingOf(t, {
    formatters: { brief: { format: "%(name)s %(levelname)s %(message)s" } },
    handlers: {
      all: file("all", "DEBUG"),
      bad: file("bad", "ERROR"),
      none: { class: "logging.NullHandler" },
    },
    loggers: {
      "drett.http": { level: "DEBUG" },
      "drett.store": { level: "DEBUG", handlers: ["bad"], propagate: false },
      "drett.sweep": { handlers: ["none"], propagate: false },
    },
    root: { level: "INFO", handlers: ["all", "bad"] },
  });
  for (const name of ["drett", "drett.http", "drett.store", "drett.sweep"] as const) {
    for (const level of ["debug", "info", "error"] as const) logging.logger(name)[level]("x");
  }
  assert.equal(logging.logger("drett.store").isLevelEnabled("info"), false, "its handler takes only errors");
  await logging.close();
  const content = (name: string) => readFileSync(join(directory, name), "utf8");
  assert.equal(
    content("all"),
    [
      "drett INFO x",
      "drett ERROR x",
      "drett.http DEBUG x",
      "drett.http INFO x",
      "drett.http ERROR x",
      "",
    ].join("\n"),
  );
  assert.equal(content("bad"), ["drett ERROR x", "drett.http ERROR x", "drett.store ERROR x", ""].join("\n"));
});

test("the name of a logger that drett does not have is worth a warning, with the nearest one", (t) => {
  const { warnings } = loggingOf(t, { loggers: { werkzeug: {}, "drett.htpp": {}, "drett.http": {} } });
  assert.deepEqual(warnings, [
    `loggers.werkzeug is about nothing: drett has no such logger; there are ${LOGGERS.join(", ")}`,
    "loggers.drett.htpp is about nothing: drett has no such logger; did you mean drett.http?",
  ]);
});

test("without a file everything of the level goes to standard error, in JSON", () => {
  const config = plainLogging("debug");
  assert.deepEqual(inheritedBy("drett.http", config), { level: "debug", handlers: ["stderr"] });
  assert.deepEqual(config.handlers.stderr, { to: "stderr", level: "trace", format: { kind: "json" } });
});
