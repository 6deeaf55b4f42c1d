import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BIN, ChildServer, temporaryDirectory } from "../support/child-server.ts";
import { RawConnection, requestText } from "../support/raw-connection.ts";
import { intent } from "../support/test-server.ts";

const FILE = `
version: 1
formatters:
  plain: {format: "%(name)s %(levelname)s %(message)s"}
handlers:
  file: {class: logging.FileHandler, filename: drett.log, formatter: plain}
loggers:
  drett.http: {level: DEBUG}
root: {level: INFO, handlers: [file]}
`;

/** A directory with this logging file, named in its `config.yaml`. */
function directoryWith(t: TestContext, logging = FILE): string {
  const directory = temporaryDirectory(t);
  writeFileSync(
    join(directory, "config.yaml"),
    "logging: logging.yaml\nstore: {use: sqlite, directory: data}\n",
  );
  writeFileSync(join(directory, "logging.yaml"), logging);
  return directory;
}

const contentOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Polls for a line in a file; files tell nobody. */
async function saysIn(file: string, pattern: RegExp): Promise<void> {
  for (let tries = 0; !pattern.test(contentOf(file)); tries++) {
    if (tries > 2_000) assert.fail(`${file} holds ${contentOf(file)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a server logs as its logging file says, from its start to its end", async (t) => {
  const directory = directoryWith(t);
  const child = await ChildServer.start(t, { directory });
  await child.send("POST", "/v1/resources", { id: "vm", ...intent });
  assert.equal(await child.stop(), 0);
  assert.match(
    contentOf(join(directory, "drett.log")),
    new RegExp(
      [
        `^drett INFO listening url=${child.url} directory=${directory} access=open`,
        "drett\\.http DEBUG answered requestId=\\S+ actor=local method=POST route=/v1/resources record=vm status=201 ms=\\d+",
        "drett INFO stopping signal=SIGTERM",
        "drett INFO stopped\n$",
      ].join("\n"),
    ),
  );
  assert.deepEqual(
    child.lines.filter((line) => line.includes("answered")),
    [],
    "and nowhere else",
  );
});

test("after SIGHUP it writes to a new file: logrotate renames the old one first", async (t) => {
  const directory = directoryWith(t);
  const [file, rotated] = [join(directory, "drett.log"), join(directory, "drett.log.1")];
  const child = await ChildServer.start(t, { directory });
  await saysIn(file, /listening/);
  renameSync(file, rotated);
  await child.send("GET", "/v1/resources/before");
  await saysIn(rotated, /record=before/);
  child.process.kill("SIGHUP");
  for (let tries = 0; !existsSync(file) && tries < 2_000; tries++) await new Promise((r) => setTimeout(r, 5));
  await child.send("GET", "/v1/resources/after");
  await saysIn(file, /record=after/);
  assert.doesNotMatch(contentOf(rotated), /record=after/);
  assert.equal(await child.stop(), 0);
});

test("without a file SIGHUP changes nothing", async (t) => {
  const child = await ChildServer.start(t, { directory: temporaryDirectory(t) });
  child.process.kill("SIGHUP");
  assert.equal((await child.send("GET", "/readyz")).status, 200);
  assert.equal(await child.stop(), 0);
});

test("without a logging file the lines are JSON on standard error, at `log_level`", async (t) => {
  const directory = temporaryDirectory(t);
  const child = await ChildServer.start(t, { directory, env: { DRETT_LOG_LEVEL: "debug" } });
  await child.send("GET", "/v1/resources/vm");
  const [line] = await child.says(/^\{"level":"debug".*"record":"vm".*\}$/);
  assert.equal((JSON.parse(line) as { logger: string }).logger, "drett.http");
  assert.equal(await child.stop(), 0);
});

test("`log_level` goes over the level of the root in the file", async (t) => {
  const directory = directoryWith(t);
  const child = await ChildServer.start(t, { directory, env: { DRETT_LOG_LEVEL: "error" } });
  await child.send("GET", "/v1/resources/vm");
  assert.equal(await child.stop(), 0);
  const lines = contentOf(join(directory, "drett.log")).trimEnd().split("\n");
  assert.deepEqual(
    lines.map((line) => line.split(" ").slice(0, 2).join(" ")),
    ["drett.http DEBUG"],
    "drett.http has a level of its own",
  );
});

for (const [what, logging, message] of [
  [
    "a misspelt level",
    FILE.replace("level: INFO", "level: INFOO"),
    'logging.yaml:9: root.level names "INFOO", which is not a level; did you mean "INFO"?',
  ],
  [
    "a misspelt handler",
    FILE.replace("[file]", "[fil]"),
    'logging.yaml:9: root.handlers.0 names "fil", which is not a handler; did you mean "file"?',
  ],
  [
    "a misspelt key",
    FILE.replace("loggers:", "logers:"),
    'logging.yaml:7: logers is not a setting here; did you mean "loggers"?',
  ],
  [
    "a class that drett does not have",
    FILE.replace("logging.FileHandler", "logging.handlers.RotatingFileHandler"),
    "logging.yaml:6: handlers.file.class names logging.handlers.RotatingFileHandler, which drett does not have; use logging.FileHandler, rotate with logrotate, and send SIGHUP afterwards",
  ],
] as const) {
  test(`${what} in the logging file stops the start, naming file and line, and --check says the same`, async (t) => {
    const directory = directoryWith(t, logging);
    const said = `drett-server: ${join(directory, message)}`;
    const child = new ChildServer({ directory });
    assert.equal(await child.ended, 1);
    assert.deepEqual(child.lines, [said]);
    const check = spawnSync(process.execPath, [BIN, "config", "--check", directory], { encoding: "utf8" });
    assert.deepEqual([check.status, check.stderr], [1, `${said}\n`]);
    assert.equal(existsSync(join(directory, "data")), false, "nothing was made");
  });
}

test("a folder that is missing stops the start, and leaves nothing running", async (t) => {
  const directory = directoryWith(t, FILE.replace("drett.log", "logs/drett.log"));
  const child = new ChildServer({ directory });
  assert.equal(await child.ended, 1);
  assert.match(
    child.lines.join("\n"),
    /^drett-server: handlers\.file: ENOENT.*logs\/drett\.log'; make the folder/,
  );
});

test("what is wrong at the start is not kept from a log that goes elsewhere", async (t) => {
  const directory = directoryWith(t);
  writeFileSync(join(directory, "data"), "a file in place of the folder");
  const child = new ChildServer({ directory });
  assert.equal(await child.ended, 1);
  assert.match(child.lines.join("\n"), /^drett-server: .*cannot hold the store/);
});

/** Wherever a client could put one. */
async function sendSecrets(t: TestContext, child: ChildServer, secret: string): Promise<void> {
  const json = (fields: object) => JSON.stringify(fields);
  const item = json({ command: secret, [secret]: secret, id: `${secret}!`, password: secret });
  const headers = {
    authorization: `Bearer ${secret}`,
    cookie: `session=${secret}`,
    "x-api-key": secret,
    "x-request-id": `${secret} ${secret}`,
    "user-agent": secret,
    referer: `http://localhost/?key=${secret}`,
  };
  const requests = [
    requestText("GET", `/v1/resources?key=${secret}&token=${secret}`, "", headers),
    requestText("GET", `/v1/resources?${secret}=1&password=${secret}`, "", headers),
    requestText("GET", `/v1/resources/${secret}!`, "", headers),
    requestText("GET", `/${secret}/%zz?${secret}`, "", headers),
    requestText("GET", `/v1/events?after=${secret}`, "", headers),
    requestText("GET", "/v1/resources", "", { ...headers, host: secret }),
    requestText("DELETE", `/v1/resources/${secret}!?token=${secret}`, "", headers),
    requestText("POST", `/v1/resources?api_key=${secret}`, "{}", headers),
    requestText("POST", "/v1/resources", json({ ...intent, apiKey: secret }), headers),
    requestText("POST", "/v1/resources", `{"password": "${secret}`, headers),
    requestText("POST", "/v1/resources", secret, { ...headers, "content-type": `text/${secret}` }),
    requestText("POST", "/v1/resources", json({ id: `${secret}!`, ...intent }), headers),
    requestText("POST", "/v1/batch", json({ commands: [JSON.parse(item), secret], [secret]: 1 }), headers),
    requestText("POST", "/v1/batch", json({ commands: [JSON.parse(item), secret] }), headers),
    requestText("POST", "/v1/batch", `${item}\n${secret}\n`, {
      ...headers,
      "content-type": "application/x-ndjson",
    }),
    requestText("POST", "/drett", json({ cmd: secret, oid: secret, key: secret }), headers),
    `GET / HTTP/1.1\r\n${secret}\r\n\r\n`,
    `${secret}\r\n\r\n`,
  ];
  for (const request of requests) {
    const connection = await RawConnection.open(t, child.port);
    connection.send(request);
    await connection.until(/HTTP\/1\.1 [245]\d\d /);
    connection.socket.destroy();
  }
}

test("no secret of a client gets into any line, at any level, in any format", async (t) => {
  const secret = "S3cretS3cret";
  const directory = directoryWith(
    t,
    `
handlers:
  text: {class: file, filename: text.log, formatter: text}
  json: {class: file, filename: json.log, formatter: json}
  out: {class: stdout}
  err: {class: stderr, formatter: json}
root: {level: TRACE, handlers: [text, json, out, err]}
`,
  );
  const child = await ChildServer.start(t, { directory, env: { DRETT_API_KEY: secret } });
  await sendSecrets(t, child, secret);
  // So that there is trouble to be told, too.
  renameSync(join(directory, "data"), join(directory, "elsewhere"));
  await child.send("POST", "/v1/resources", { id: "vm", ...intent, data: { password: secret } });
  await child.says(/the store does not answer/);
  assert.equal(await child.stop(), 0);
  const outputs = [
    ...child.lines,
    contentOf(join(directory, "text.log")),
    contentOf(join(directory, "json.log")),
  ];
  const all = outputs.join("\n");
  assert.ok((all.match(/answered/g) ?? []).length > 40, "there are lines to look through");
  assert.equal(
    all.includes(secret),
    false,
    all.split("\n").find((line) => line.includes(secret)),
  );
});

test("a reader of its output that goes away does not take the server along", async (t) => {
  const child = await ChildServer.start(t, {
    directory: temporaryDirectory(t),
    env: { DRETT_LOG_LEVEL: "debug" },
  });
  child.process.stdout?.destroy();
  child.process.stderr?.destroy();
  for (let count = 0; count < 50; count++) {
    assert.equal((await child.send("POST", "/v1/resources", intent)).status, 201);
  }
  assert.equal(await child.stop(), 0);
});

test("a reader of its output that does not read does not hold the server up, not even at its end", async (t) => {
  const child = await ChildServer.start(t, {
    directory: temporaryDirectory(t),
    env: { DRETT_LOG_LEVEL: "debug" },
  });
  child.process.stderr?.pause();
  const commands = Array.from({ length: 5_000 }, () => ({ command: "register-intent", ...intent }));
  for (let count = 0; count < 4; count++) {
    assert.equal((await child.send("POST", "/v1/batch", { commands })).status, 200);
  }
  const metrics = (await child.send("GET", "/metrics")).text;
  const [, dropped] = /^drett_log_dropped_lines_total (\d+)$/m.exec(metrics) ?? [];
  assert.ok(Number(dropped) > 5_000, `${dropped} lines were dropped`);
  const exit = once(child.process, "exit");
  child.process.kill("SIGTERM");
  assert.deepEqual(await exit, [0, null]);
  child.process.stderr?.resume();
});
