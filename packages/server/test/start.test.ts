import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { addKey } from "../src/access/change-keys.ts";
import { keyFileIn } from "../src/access/key-file.ts";
import { BIN, ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { bearer } from "./support/keyed-server.ts";
import { intent } from "./support/test-server.ts";

/** Starts a server that is expected to refuse, and returns all that it said. */
async function refused(directory: string, env = {}): Promise<string> {
  const child = new ChildServer({ directory, env });
  assert.equal(await child.ended, 1);
  return child.lines.join("\n");
}

test("it says where it listens and how to begin, and keeps what it is told over a restart", async (t) => {
  const directory = join(temporaryDirectory(t), "a", "b");
  const first = await ChildServer.start(t, { directory });
  assert.match(first.lines.join("\n"), new RegExp(`its data is in ${directory}`));
  await first.says(/curl http:\S+\/v1\/resources/);
  assert.equal((await first.send("POST", "/v1/resources", { id: "vm", ...intent })).status, 201);
  const page = JSON.parse((await first.send("GET", "/v1/events")).text) as { cursor: string };
  assert.equal(await first.stop(), 0);

  const second = await ChildServer.start(t, { directory });
  assert.equal((await second.send("GET", "/v1/resources/vm")).status, 200);
  assert.equal(
    (await second.send("GET", `/v1/events?after=${page.cursor}`)).status,
    200,
    "the cursor still holds",
  );
  assert.equal(await second.stop(), 0);
});

test("a port that another has is named, with what to do", async (t) => {
  const other = createServer().listen(0, "127.0.0.1");
  t.after(() => other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const { port } = other.address() as { port: number };
  const directory = temporaryDirectory(t);
  const said = await refused(directory, { DRETT_PORT: `${port}` });
  assert.match(said, /EADDRINUSE.*\n.*set DRETT_PORT/);
  const free = await ChildServer.start(t, { directory });
  assert.equal(await free.stop(), 0, "the store was let go");
});

test("a second server on the same directory is refused, and told the process that has it", async (t) => {
  const directory = temporaryDirectory(t);
  const first = await ChildServer.start(t, { directory });
  const said = await refused(directory);
  assert.match(said, new RegExp(`another server has ${directory} open \\(process ${first.pid}\\)`));
  assert.match(said, /Stop it first/);
  assert.equal((await first.send("GET", "/readyz")).status, 200, "the first is not disturbed");
  first.process.kill("SIGKILL");
  await first.ended;
  const third = await ChildServer.start(t, { directory });
  assert.equal(await third.stop(), 0, "the lock went with the process");
});

for (const [what, prepare, message] of [
  ["is a file", (path: string) => writeFileSync(path, ""), /cannot hold the store.*\n.+/],
  ["cannot be made", (path: string) => writeFileSync(join(path, ".."), ""), /cannot hold the store.*\n.+/],
] as const) {
  test(`a directory that ${what} is refused, saying what to do`, async (t) => {
    const parent = join(temporaryDirectory(t), "parent");
    const directory = what === "is a file" ? parent : join(parent, "child");
    prepare(directory);
    assert.match(await refused(directory), message);
  });
}

test("a file that is no database is refused, saying what to do", async (t) => {
  const directory = temporaryDirectory(t);
  writeFileSync(
    join(directory, "drett.db"),
    "not a database, and long enough to be seen as none".repeat(100),
  );
  assert.match(await refused(directory), /not a database.*\n.*restore a backup/);
});

test("a store of a newer drett is refused, saying what to do", async (t) => {
  const directory = temporaryDirectory(t);
  await (await ChildServer.start(t, { directory })).stop();
  const db = new DatabaseSync(join(directory, "drett.db"));
  db.exec("INSERT INTO migration VALUES (999, 'x')");
  db.close();
  assert.match(await refused(directory), /schema 999.*\n.*newer drett/);
});

test("beyond loopback, too, it answers at the URL that it says it listens on", async (t) => {
  const directory = temporaryDirectory(t);
  const key = addKey(keyFileIn(directory), { name: "ci", roles: ["read"] }, Date.now());
  const env = { DRETT_HOST: "0.0.0.0", DRETT_TLS_PROXY: "true" };
  const { url } = await ChildServer.start(t, { directory, env });
  assert.match(url, /0\.0\.0\.0/);
  const { status } = await fetch(`${url}/v1/findings`, { headers: bearer(key) });
  assert.equal(status, 200);
});

test("a setting that is refused is said in one line, and nothing is made", async (t) => {
  const directory = join(temporaryDirectory(t), "data");
  const said = await refused(directory, { DRETT_PROT: "1" });
  assert.equal(said, "drett-server: DRETT_PROT is not a setting; did you mean DRETT_PORT?");
  assert.equal(existsSync(directory), false);
});

test("what it cannot make sense of, it does not start with", async () => {
  assert.match(await refused("--prot"), /^error: unknown option '--prot'/);
});

test("--help says the usage", async () => {
  const child = new ChildServer({ directory: "--help" });
  assert.equal(await child.ended, 0);
  assert.match(child.lines.join("\n"), /^Usage: drett-server \[options\] \[command\] \[directory\]/);
});

test("an older Node says which one is needed", (t) => {
  const old = olderNode();
  if (old === undefined)
    return t.skip("there is no Node older than 24 on the PATH; config.test.ts reads the entry");
  const { status, stderr } = spawnSync(old, [BIN], { encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /^drett-server needs Node 24 or later; this is v\d+\./);
  assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
});

function olderNode(): string | undefined {
  const places = (process.env.PATH ?? "").split(delimiter).map((place) => join(place, "node"));
  return places.filter(existsSync).find((node) => {
    const { stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    return Number(/^v(\d+)/.exec(stdout)?.[1] ?? 99) < 24;
  });
}
