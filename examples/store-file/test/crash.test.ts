import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, open, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { type Store, StoreUnavailable } from "@drett/core";
import { openFileStore, plugin } from "../src/index.ts";
import { freshFolder } from "./folder.ts";
import { record } from "./record.ts";

const WRITE = new URL("./write.ts", import.meta.url).pathname;

async function temporary(t: TestContext): Promise<string> {
  const directory = await freshFolder();
  t.after(() => rm(directory, { recursive: true }));
  return directory;
}

async function opened(t: TestContext, directory: string): Promise<Store> {
  const store = await openFileStore(directory);
  t.after(() => store.close());
  return store;
}

const journalIn = (directory: string) => join(directory, "journal.ndjson");

/** All ids and the number of events, each read to the end. */
async function contentsOf(store: Store): Promise<{ ids: string[]; events: number }> {
  const { records } = await store.query({ order: "oldest", limit: 100_000 });
  const { events } = await store.events(undefined, 100_000);
  return { ids: records.map(({ id }) => id), events: events.length };
}

const refused = (opening: Promise<unknown>, message: RegExp, remedy: RegExp) =>
  assert.rejects(opening, (error) => {
    assert.ok(error instanceof StoreUnavailable, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    return true;
  });

/** The first so many commits, both records of each. */
const upTo = (count: number) =>
  Array.from({ length: count }, (_, number) => [`r${number}`, `s${number}`]).flat();

/**
 * Kills a writer once it has acknowledged so many; resolves with how many it said that it has, once it has ended: its
 * output may end before its lock does.
 */
async function untilAcknowledged(writer: ChildProcess, count: number): Promise<{ acknowledged: number }> {
  let acknowledged = 0;
  const lines = createInterface(writer.stdout as NodeJS.ReadableStream);
  lines.on("line", (line) => {
    if (/^\d+$/.test(line)) acknowledged = Number(line) + 1;
    if (acknowledged === count) writer.kill("SIGKILL");
  });
  await Promise.all([once(lines, "close"), once(writer, "exit")]);
  return { acknowledged };
}

for (const count of [1, 2, 7, 30, 100]) {
  test(`a server that is killed after ${count} commits has lost none of them, and has halves of none`, async (t) => {
    const directory = await temporary(t);
    const writer = spawn(process.execPath, [WRITE, directory], { stdio: ["ignore", "pipe", "inherit"] });
    const { acknowledged } = await untilAcknowledged(writer, count);
    const store = await opened(t, directory);
    const { ids, events } = await contentsOf(store);
    assert.ok(acknowledged >= count);
    assert.ok(
      ids.length / 2 >= acknowledged && ids.length / 2 <= acknowledged + 1,
      `${ids.length} of ${acknowledged}`,
    );
    assert.deepEqual(ids, upTo(ids.length / 2));
    assert.equal(events, ids.length);
    assert.deepEqual(await store.commit([record("next")]), ["applied"]);
  });
}

test("wherever a write was torn, the commits before it are there, and the next one is whole", async (t) => {
  const directory = await temporary(t);
  const first = await openFileStore(directory);
  await first.commit([record("r0"), record("s0")]);
  const { length: before } = await readFile(journalIn(directory));
  await first.commit([record("r1"), record("s1")]);
  await first.close();
  const whole = join(directory, "whole");
  await rename(journalIn(directory), whole);
  const { length } = await readFile(whole);
  for (let end = before; end < length; end += 97) {
    await copyFile(whole, journalIn(directory));
    await truncate(journalIn(directory), end);
    const torn = await openFileStore(directory);
    assert.deepEqual((await contentsOf(torn)).ids, upTo(1), `torn at ${end} of ${length}`);
    await torn.commit([record("after")]);
    await torn.close();
    const lines = (await readFile(journalIn(directory), "utf8")).trimEnd().split("\n");
    assert.doesNotThrow(() => lines.map((line) => JSON.parse(line) as unknown), "nothing torn is left");
    const again = await openFileStore(directory);
    assert.deepEqual((await contentsOf(again)).ids, [...upTo(1), "after"]);
    await again.close();
  }
});

test("a last line of which a power failure left only the length is not there", async (t) => {
  const directory = await temporary(t);
  const first = await openFileStore(directory);
  await first.commit([record("r0"), record("s0")]);
  const { length } = await readFile(journalIn(directory));
  await first.commit([record("r1"), record("s1")]);
  await first.close();
  const file = await open(journalIn(directory), "r+");
  await file.write(Buffer.alloc(200), 0, 200, length + 50);
  await file.close();
  assert.deepEqual((await contentsOf(await opened(t, directory))).ids, upTo(1));
});

test("a start that was killed before its first line is begun anew", async (t) => {
  const directory = await temporary(t);
  await writeFile(journalIn(directory), '{"format":"drett-st');
  const store = await openFileStore(directory);
  await store.commit([record("r0")]);
  await store.close();
  assert.deepEqual((await contentsOf(await opened(t, directory))).ids, ["r0"]);
});

test("a line that is damaged in the middle is refused, naming it, and nothing is thrown away", async (t) => {
  const directory = await temporary(t);
  const store = await openFileStore(directory);
  for (const id of ["a", "b", "c"]) await store.commit([record(id)]);
  await store.close();
  const text = await readFile(journalIn(directory), "utf8");
  const damaged = text.replace('"id":"b"', '"id:"b"');
  await writeFile(journalIn(directory), damaged);
  await refused(openFileStore(directory), /^line 3 of .*journal\.ndjson cannot be read$/, /restore a backup/);
  assert.equal(await readFile(journalIn(directory), "utf8"), damaged);
});

test("a journal of another version is refused", async (t) => {
  const directory = await temporary(t);
  await writeFile(journalIn(directory), '{"format":"drett-store-file 3","epoch":"x"}\n');
  await refused(
    openFileStore(directory),
    /is no journal that this store can read/,
    /the version that wrote it/,
  );
});

test("a file in place of the folder is refused, naming the setting", async (t) => {
  const directory = join(await temporary(t), "file");
  await writeFile(directory, "");
  await refused(openFileStore(directory), /EEXIST/, /Set `directory` to a folder/);
});

test("a second server is refused while the first runs, and let in once that was killed", async (t) => {
  const directory = await temporary(t);
  const writer = spawn(process.execPath, [WRITE, directory], { stdio: ["ignore", "pipe", "inherit"] });
  await once(writer.stdout, "data");
  await refused(openFileStore(directory), /another server has .* open/, /Stop it first/);
  writer.kill("SIGKILL");
  await once(writer, "close");
  await opened(t, directory);
  await refused(openFileStore(directory), /another server/, /Stop it first/);
});

test("a guest is refused", async (t) => {
  const directory = await temporary(t);
  const opening = plugin.open({ directory }, { role: "guest", warn: () => {} });
  await refused(opening, /takes no guests/, /Set `store` to one that several processes may share/);
});

test("while its file is elsewhere it takes nothing, and goes on when it is back", async (t) => {
  const directory = join(await temporary(t), "data");
  const store = await opened(t, directory);
  await store.commit([record("r0")]);
  await rename(directory, `${directory}-elsewhere`);
  await refused(store.commit([record("lost")]), /was moved, removed or replaced/, /Put it back/);
  await mkdir(directory);
  await writeFile(journalIn(directory), "another");
  await refused(store.commit([]), /was moved, removed or replaced/, /Put it back/);
  await rm(directory, { recursive: true });
  await rename(`${directory}-elsewhere`, directory);
  assert.deepEqual(await store.commit([record("r1")]), ["applied"]);
  assert.deepEqual((await contentsOf(store)).ids, ["r0", "r1"]);
});

test("when its file may grow no more it refuses with a remedy, and what it acknowledged is there", async (t) => {
  if (spawnSync("prlimit", ["--version"]).error)
    return t.skip("prlimit is not installed (Debian: util-linux)");
  const directory = await temporary(t);
  const { stdout, stderr } = spawnSync("prlimit", ["--fsize=30000", process.execPath, WRITE, directory], {
    encoding: "utf8",
  });
  const said = stdout.trimEnd().split("\n");
  assert.match(said.at(-1) ?? stderr, /^StoreUnavailable: /);
  assert.ok(said.length > 5);
  assert.deepEqual((await contentsOf(await opened(t, directory))).ids, upTo(said.length - 1));
});
