/** Logs so many lines of 1,000 characters to standard output, ten a turn; tells on standard error what became of them. */
import { createLogging } from "../../../src/logging/logging.ts";

const [count = "0"] = process.argv.slice(2);
const logging = createLogging({
  handlers: {
    out: {
      to: "stdout",
      level: "trace",
      format: { kind: "text", line: "%(levelname)s %(message)s", time: undefined },
    },
  },
  loggers: { "": { level: "trace", propagate: false, handlers: ["out"] } },
});
const log = logging.logger("drett");
for (let number = 0; number < Number(count); number++) {
  log.info(`${number} ${"x".repeat(1_000)}`);
  if (number % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
}
await logging.close();
process.stderr.write(JSON.stringify({ dropped: logging.dropped() }));
process.exit(0);
