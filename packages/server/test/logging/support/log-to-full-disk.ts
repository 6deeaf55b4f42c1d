/** Logs 40 kB to a disk of 64 KiB on which a file of 32 KiB lies, removes that when the disk is full, and prints what was logged. */
import { readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLogging } from "../../../src/logging/logging.ts";

const [directory = ""] = process.argv.slice(2);
const [file, ballast] = [join(directory, "drett.log"), join(directory, "ballast")];
writeFileSync(ballast, Buffer.alloc(32 * 1_024));
const logging = createLogging({
  handlers: {
    file: {
      to: "file",
      path: file,
      level: "trace",
      format: { kind: "text", line: "%(levelname)s %(message)s", time: undefined },
    },
  },
  loggers: { "": { level: "trace", propagate: false, handlers: ["file"] } },
});
const log = logging.logger("drett");
for (let number = 0; number < 40; number++) log.info(`${"x".repeat(1_000)} ${number}`);
const seen = () => readFileSync(file, "utf8");
await until(() => statfsSync(directory).bavail === 0);
rmSync(ballast);
await until(() => seen().includes(" 39\n"));
await logging.close();
console.log(JSON.stringify({ lines: seen().trimEnd().split("\n"), dropped: logging.dropped() }));

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 2_000) throw new Error(`the file holds ${seen().length} characters`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
