import assert from "node:assert/strict";
import { test } from "node:test";
import { inheritedBy } from "../../src/logging/hierarchy.ts";
import type { LoggerConfig } from "../../src/logging/logging-config.ts";

const loggerConfig = (its: Partial<LoggerConfig>): LoggerConfig => ({
  level: undefined,
  propagate: true,
  handlers: [],
  ...its,
});
const inherited = (name: string, loggers: { readonly [name: string]: LoggerConfig }) =>
  inheritedBy(name, { handlers: {}, loggers });

const ROOT = loggerConfig({ level: "info", handlers: ["console"] });

test("what nobody configured takes everything from the root", () => {
  assert.deepEqual(inherited("drett.http", { "": ROOT }), { level: "info", handlers: ["console"] });
  assert.deepEqual(inherited("", { "": ROOT }), { level: "info", handlers: ["console"] });
});

test("the level is the nearest one, the handlers are all up to the root", () => {
  const loggers = {
    "": ROOT,
    drett: loggerConfig({ level: "debug", handlers: ["file"] }),
    "drett.http": loggerConfig({ handlers: ["syslog"] }),
  };
  assert.deepEqual(inherited("drett.http", loggers), {
    level: "debug",
    handlers: ["syslog", "file", "console"],
  });
  assert.deepEqual(inherited("drett.http.deeper", loggers).handlers, ["syslog", "file", "console"]);
  assert.deepEqual(inherited("dretty", loggers), { level: "info", handlers: ["console"] });
});

test("without `propagate` the handlers end there, and the level does not", () => {
  const loggers = { "": ROOT, drett: loggerConfig({ propagate: false, handlers: ["file"] }) };
  assert.deepEqual(inherited("drett", loggers), { level: "info", handlers: ["file"] });
  assert.deepEqual(inherited("drett.http", loggers), { level: "info", handlers: ["file"] });
});
