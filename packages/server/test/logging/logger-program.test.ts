import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryDirectory } from "../support/child-server.ts";
import { missing } from "../support/trouble.ts";
import { allTo, loggingOf } from "./support/given.ts";

const PYTHON = "logging.handlers.SysLogHandler";

/** A `logger` that keeps what it is told, in a folder for the PATH; `version` is how it answers to `--version`. */
function fakeLogger(t: TestContext, { version = "exit 0", body = "cat >> out" } = {}) {
  const folder = temporaryDirectory(t);
  const script = `#!/bin/sh
if [ "$2" = --version ]; then ${version}; fi
cd ${folder}
echo "$@" >> arguments
env > environment
${body}
`;
  writeFileSync(join(folder, "logger"), script);
  chmodSync(join(folder, "logger"), 0o755);
  writeFileSync(join(folder, "socket"), "");
  const read = (name: string) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
  return { searchPath: folder, socket: join(folder, "socket"), read };
}

test("the local socket is written to through one `logger`, a line each, marked with facility and level", async (t) => {
  const { searchPath, socket, read } = fakeLogger(t);
  process.env.DRETT_API_KEY = "s3cret";
  t.after(() => delete process.env.DRETT_API_KEY);
  const logging = loggingOf(
    t,
    allTo({ class: PYTHON, address: socket, facility: "local0", app_name: "drett-lab" }),
    { searchPath },
  );
  assert.deepEqual(logging.warnings, []);
  const log = logging.logger("drett");
  log.info("one\n<0>forged");
  log.error({ record: "vm-1" }, "two");
  await logging.close();
  assert.equal(read("out"), "<134>one\\n<0>forged\n<131>two record=vm-1\n");
  const options = `--socket-errors=on --socket=${socket} --tag=drett-lab --id=${process.pid} --size=8192`;
  assert.equal(read("arguments"), `--prio-prefix ${options}\n`, "started once");
  assert.doesNotMatch(read("environment"), /s3cret/);
});

test("a `logger` that ends is started again, and why it ended is told elsewhere", async (t) => {
  const { searchPath, socket, read } = fakeLogger(t, {
    body: 'read line; echo "$line" >> out; echo "socket is gone" >&2; exit 1',
  });
  const directory = temporaryDirectory(t);
  const logging = loggingOf(
    t,
    {
      handlers: {
        syslog: { class: PYTHON, address: socket },
        file: { class: "file", filename: join(directory, "drett.log") },
      },
      root: { level: "INFO", handlers: ["syslog", "file"] },
    },
    { searchPath },
  );
  const log = logging.logger("drett");
  let count = 0;
  for (let tries = 0; (read("arguments").match(/\n/g) ?? []).length < 2; tries++) {
    assert.ok(tries < 2_000, "it is started again");
    log.info(`line ${++count}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const elsewhere = readFileSync(join(directory, "drett.log"), "utf8");
  assert.match(
    elsewhere,
    /a handler does not take its lines handler=syslog reason=".*logger has ended: socket is gone"/,
  );
});

for (const [what, prepare, reason] of [
  [
    "the socket is not there",
    (t: TestContext) => ({ ...fakeLogger(t), socket: "/nowhere/log" }),
    /^handlers\.one is left out: there is no \/nowhere\/log on this machine$/,
  ],
  [
    "there is no `logger`",
    (t: TestContext) => ({ ...fakeLogger(t), searchPath: "/nowhere" }),
    /^handlers\.one is left out: it needs the program logger \(Debian: bsdutils\)/,
  ],
  [
    "it is another `logger`",
    (t: TestContext) => fakeLogger(t, { version: "exit 1" }),
    /^handlers\.one is left out: .*logger is not the one of util-linux/,
  ],
] as const) {
  test(`where ${what}, the handler is left out with a warning`, (t) => {
    const { searchPath, socket } = prepare(t);
    const logging = loggingOf(t, allTo({ class: PYTHON, address: socket }), { searchPath });
    assert.equal(logging.warnings.length, 1);
    assert.match(logging.warnings[0] as string, reason);
    const log = logging.logger("drett");
    assert.deepEqual(
      [log.isLevelEnabled("warn"), log.isLevelEnabled("info")],
      [true, false],
      "warnings go to stderr",
    );
  });
}

test("the real `logger` hands each line on, whole, with its facility and level", async (t) => {
  const reason = missing("logger", "--prio-prefix", "--version");
  if (reason) return t.skip(`${reason} (Debian: bsdutils)`);
  const folder = join(temporaryDirectory(t), "run");
  mkdirSync(folder);
  const socket = join(folder, "log");
  let received = "";
  const server = createServer((connection) => {
    connection.setEncoding("utf8").on("data", (text: string) => (received += text));
    connection.on("close", () => server.emit("told"));
  }).listen(socket);
  t.after(() => server.close());
  await once(server, "listening");
  const logging = loggingOf(t, allTo({ class: PYTHON, address: socket, facility: "daemon" }));
  assert.deepEqual(logging.warnings, []);
  const log = logging.logger("drett");
  const told = once(server, "told");
  log.info("one");
  log.warn("x".repeat(5_000));
  log.error("<1>three");
  await logging.close();
  await told;
  const head = (priority: number) =>
    `<${priority}>\\w{3} [ \\d]\\d [\\d:]{8} (?:\\S+ )?drett\\[${process.pid}\\]: `;
  assert.match(received, new RegExp(`^${head(30)}one\\W+${head(28)}x{5000}\\W+${head(27)}<1>three\\W*$`));
});
