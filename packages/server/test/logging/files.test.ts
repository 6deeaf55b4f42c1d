import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigRefused } from "../../src/config/config-refused.ts";
import { temporaryDirectory } from "../support/child-server.ts";
import { missing } from "../support/trouble.ts";
import { allTo, loggingOf } from "./support/given.ts";

const FORMAT = { formatters: { plain: { format: "%(levelname)s %(message)s" } } };
const toFile = (filename: string) => ({
  ...FORMAT,
  ...allTo({ class: "file", filename, formatter: "plain" }),
});

/** Polls for what a file holds; files tell nobody. */
async function until<Result>(read: () => Result, isSo: (result: Result) => boolean): Promise<Result> {
  for (let tries = 0; tries < 2_000; tries++) {
    const result = read();
    if (isSo(result)) return result;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail(`it did not come to be: ${JSON.stringify(read())}`);
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

const holds = (file: string, text: string) =>
  until(
    () => contentOf(file),
    (content) => content === text,
  );

test("lines go to the end of the file, which others may not read", async (t) => {
  const directory = temporaryDirectory(t);
  const [fresh, old] = [join(directory, "fresh.log"), join(directory, "old.log")];
  const before = process.umask(0);
  t.after(() => process.umask(before));
  const logging = loggingOf(t, toFile("fresh.log"), { directory });
  logging.logger("drett").info("one");
  logging.logger("drett.http").warn("two");
  await logging.close();
  assert.equal(contentOf(fresh), "INFO one\nWARNING two\n");
  assert.equal(statSync(fresh).mode & 0o777, 0o640);

  writeFileSync(old, "of yesterday\n");
  const again = loggingOf(t, toFile(old));
  again.logger("drett").info("one");
  await again.close();
  assert.equal(contentOf(old), "of yesterday\nINFO one\n");
});

test("after a rotation the lines go to a new file, which is there at once, and none is lost", async (t) => {
  const directory = temporaryDirectory(t);
  const [file, rotated] = [join(directory, "drett.log"), join(directory, "drett.log.1")];
  const logging = loggingOf(t, toFile(file));
  const log = logging.logger("drett");
  log.info("one");
  renameSync(file, rotated);
  log.info("two");
  await holds(rotated, "INFO one\nINFO two\n");
  logging.reopen();
  await until(
    () => statSync(file, { throwIfNoEntry: false }),
    (found) => found !== undefined,
  );
  log.info("three");
  await holds(file, "INFO three\n");
  assert.equal(contentOf(rotated), "INFO one\nINFO two\n");
});

test("a file that cannot be opened anew: the old one goes on, and says so", async (t) => {
  const directory = temporaryDirectory(t);
  const folder = join(directory, "logs");
  mkdirSync(folder);
  const logging = loggingOf(t, toFile(join(folder, "drett.log")));
  const elsewhere = join(directory, "elsewhere");
  renameSync(folder, elsewhere);
  logging.reopen();
  const file = join(elsewhere, "drett.log");
  await until(
    () => contentOf(file),
    (content) => /^WARNING a file cannot be opened anew; .* handler=one reason=.*ENOENT/.test(content),
  );
  logging.logger("drett").info("on it goes");
  await until(
    () => contentOf(file),
    (content) => content.endsWith("INFO on it goes\n"),
  );
});

const refused = (t: TestContext, filename: string, message: RegExp) =>
  assert.throws(
    () => loggingOf(t, toFile(filename)),
    (error) => {
      assert.ok(error instanceof ConfigRefused, String(error));
      assert.match(error.message, message);
      return true;
    },
  );

test("a folder that is not there is refused, naming the handler and the file", (t) => {
  const file = join(temporaryDirectory(t), "missing", "drett.log");
  refused(t, file, new RegExp(`^handlers\\.one: ENOENT.*${file}.*; make the folder`));
});

test("a folder in place of the file is refused", (t) => {
  refused(t, temporaryDirectory(t), /^handlers\.one: EISDIR/);
});

test("a pipe that nobody reads is refused, and does not stop the start", (t) => {
  const pipe = join(temporaryDirectory(t), "pipe");
  const reason = missing("mkfifo", pipe);
  if (reason) return t.skip(`${reason} (Debian: coreutils)`);
  refused(t, pipe, /^handlers\.one: ENXIO/);
});

const OWN_MOUNTS = ["unshare", "--map-root-user", "--mount"] as const;

test("a full disk is waited for, and the line that it cut is completed", async (t) => {
  const reason = missing(...OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt");
  if (reason) return t.skip(reason);
  const child = new URL("./support/log-to-full-disk.ts", import.meta.url).pathname;
  const directory = temporaryDirectory(t);
  const mount = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';
  const [program, ...options] = OWN_MOUNTS;
  const { stdout, stderr, status } = spawnSync(
    program,
    [...options, "sh", "-c", mount, directory, process.execPath, child, directory],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  const { lines, dropped } = JSON.parse(stdout) as { lines: string[]; dropped: number };
  assert.equal(dropped, 0);
  assert.deepEqual(
    lines.filter((line) => line.startsWith("INFO")),
    Array.from({ length: 40 }, (_, number) => `INFO ${"x".repeat(1_000)} ${number}`),
  );
});
