import assert from "node:assert/strict";
import { copyFileSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { openStore } from "@drett/store-sqlite";
import { ChildServer, temporaryDirectory } from "./support/child-server.ts";
import { checkAnswer } from "./support/contract.ts";
import { holdLock, missing, Witness } from "./support/trouble.ts";

interface Started {
  readonly directory: string;
  readonly child: ChildServer;
  readonly witness: Witness;
}

async function started(t: TestContext, under: readonly string[] = []): Promise<Started> {
  const directory = join(temporaryDirectory(t), "data");
  const child = await ChildServer.start(t, { directory, under });
  const witness = new Witness(child);
  assert.equal((await witness.register()).status, 201);
  assert.equal(await witness.ready(), 200);
  return { directory, child, witness };
}

/** After the cause is gone it goes on by itself, and has exactly what it acknowledged. */
async function resumes({ directory, child, witness }: Started, t: TestContext): Promise<void> {
  assert.equal((await witness.register()).status, 201);
  assert.equal(await witness.ready(), 200);
  await child.says(/the store answers again/);
  await witness.checkAll();
  child.process.kill("SIGKILL");
  await child.ended;
  const store = await openStore({ directory });
  t.after(() => store.close());
  const stored = await store.load(witness.acknowledged.map((id) => ({ kind: "resource", id })));
  assert.equal(stored.length, witness.acknowledged.length, "what was acknowledged is on disk");
}

test("while another process holds the write lock, commands are refused and reads are answered", async (t) => {
  const server = await started(t);
  const { directory, child, witness } = server;
  const release = await holdLock(t, join(directory, "drett.db"));
  witness.refused(await witness.register());
  await child.says(/Another process holds the write lock of the database: end it/);
  assert.equal(await witness.ready(), 503);
  await witness.checkAll();
  await release();
  await resumes(server, t);
});

test("a server does not start while another process holds the write lock, and says so", async (t) => {
  const { directory, child } = await started(t);
  await child.stop();
  const release = await holdLock(t, join(directory, "drett.db"));
  const second = new ChildServer({ directory });
  assert.equal(await second.ended, 1);
  assert.match(second.lines.join("\n"), /locked\n.*Another process holds the write lock/);
  await release();
});

test("a server whose files may grow no more refuses, and goes on when they may", async (t) => {
  const reason = missing("prlimit", "--version");
  if (reason) return t.skip(reason);
  const server = await started(t, ["prlimit", "--fsize=400000:"]);
  const { child, witness } = server;
  await witness.registerUntilRefused(1_000);
  await child.says(/disk.*full|disk reports an error/);
  // Not a word on readiness: the connection was made anew, which brought the log into the file and so made room.
  await witness.checkAll();
  assert.equal(missing("prlimit", "--pid", String(child.pid), "--fsize=unlimited:"), undefined);
  await resumes(server, t);
});

const OWN_MOUNTS = ["--map-root-user", "--mount"];

test("a server whose disk is full refuses, and goes on when there is room", async (t) => {
  const reason = missing("unshare", ...OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt");
  if (reason) return t.skip(reason);
  const directory = temporaryDirectory(t);
  // The ballast lies there before the server begins, which may lay claim to whatever room it finds.
  const mount =
    'mount -t tmpfs -o size=8m none "$0" && head -c 4000000 /dev/zero > "$0/ballast" && exec "$@"';
  const under = ["unshare", ...OWN_MOUNTS, "sh", "-c", mount, directory];
  const child = await ChildServer.start(t, { directory, under });
  const witness = new Witness(child);
  await witness.registerUntilRefused(1_000);
  await child.says(/free some space; drett goes on by itself/);
  assert.equal(await witness.ready(), 503);
  await witness.checkAll();
  rmSync(`/proc/${child.pid}/root${directory}/ballast`);
  assert.equal((await witness.register()).status, 201);
  assert.equal(await witness.ready(), 200);
  await witness.checkAll();
  assert.equal(await child.stop(), 0);
});

test("a server whose directory may not be written does not start, and says what to do", async (t) => {
  const reason = missing("unshare", ...OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt");
  if (reason) return t.skip(reason);
  const directory = temporaryDirectory(t);
  const mount = 'mount -t tmpfs -o ro none "$0" && exec "$@"';
  const under = ["unshare", ...OWN_MOUNTS, "sh", "-c", mount, directory];
  const child = new ChildServer({ directory, under });
  assert.equal(await child.ended, 1);
  assert.match(child.lines.join("\n"), /cannot hold the store: .*\n.*(not writable|server may write there)/);
});

test("a server whose directory was moved away refuses, and goes on when it is back", async (t) => {
  const server = await started(t);
  const { directory, child, witness } = server;
  renameSync(directory, `${directory}-elsewhere`);
  witness.refused(await witness.register());
  await child.says(/drett\.db was moved, removed or replaced/);
  await child.says(/Put it back, and drett goes on by itself/);
  assert.equal(await witness.ready(), 503);
  renameSync(`${directory}-elsewhere`, directory);
  await resumes(server, t);
});

test("a server whose directory was removed acknowledges nothing more, and is no other server's", async (t) => {
  const { directory, child, witness } = await started(t);
  rmSync(directory, { recursive: true });
  for (let count = 0; count < 5; count++) witness.refused(await witness.register());
  assert.equal(await witness.ready(), 503);
  assert.equal(await child.stop(), 0);
});

test("a server whose database was replaced by another acknowledges nothing, until its own is back", async (t) => {
  const server = await started(t);
  const { directory, child, witness } = server;
  const [file, own] = [join(directory, "drett.db"), join(directory, "own.db")];
  renameSync(file, own);
  copyFileSync(own, file);
  for (let count = 0; count < 3; count++) witness.refused(await witness.register());
  await child.says(/was moved, removed or replaced/);
  assert.equal(await witness.ready(), 503);
  renameSync(own, file);
  await resumes(server, t);
});

test("a database that was cut short under the server is trouble of the store, never an absence, and ends no process", async (t) => {
  const { directory, ...first } = await started(t);
  for (let count = 0; count < 300; count++) assert.equal((await first.witness.register()).status, 201);
  const { acknowledged } = first.witness;
  // So that everything is in the file, and nothing of it in memory.
  assert.equal(await first.child.stop(), 0);
  const child = await ChildServer.start(t, { directory });
  const file = join(directory, "drett.db");
  const whole = readFileSync(file);
  truncateSync(file, 8_192);
  const statuses = new Set<number>();
  for (const id of acknowledged) {
    const answer = await child.send("GET", `/v1/resources/${id}`);
    checkAnswer("GET", `/v1/resources/${id}`, answer);
    statuses.add(answer.status);
  }
  const list = await child.send("GET", "/v1/resources?limit=1000");
  checkAnswer("GET", "/v1/resources", list);
  statuses.add(list.status);
  assert.deepEqual(
    [...statuses].filter((status) => status !== 200 && status !== 503),
    [],
  );
  assert.ok(statuses.has(503), "the damage was noticed");
  await child.says(/"remedy":"[^"]+"/);
  assert.equal((await child.send("GET", "/healthz")).status, 200);
  writeFileSync(file, whole);
  assert.equal((await child.send("GET", "/v1/resources?limit=1000")).status, 200, "it is read anew");
});
