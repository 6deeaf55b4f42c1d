import type { TestContext } from "node:test";
import { createLogging, type Logging } from "../../../src/logging/logging.ts";
import { readLogging } from "../../../src/logging/read-logging.ts";

/** The logging that a file with this content makes; closed after the test. */
export function loggingOf(
  t: TestContext,
  value: unknown,
  { directory = "/", searchPath }: { readonly directory?: string; readonly searchPath?: string } = {},
): Logging {
  const config = readLogging(value, directory, (_path, message) => {
    throw new Error(message);
  });
  const logging = createLogging(config, searchPath);
  t.after(() => logging.close());
  return logging;
}

/** One handler that takes everything. */
export const allTo = (handler: object) => ({
  handlers: { one: handler },
  root: { level: "NOTSET", handlers: ["one"] },
});
