import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BIN, ChildServer, temporaryDirectory } from "../support/child-server.ts";
import { intent } from "../support/test-server.ts";

function run(args: readonly string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    input,
    encoding: "utf8",
    env: {},
  });
  return { status, out: stdout, err: stderr };
}

/** A store with some resources in it, and no server. */
async function store(t: TestContext, ...ids: readonly string[]): Promise<string> {
  const directory = temporaryDirectory(t);
  const server = await ChildServer.start(t, { directory });
  for (const id of ids)
    assert.equal((await server.send("POST", "/v1/resources", { id, ...intent })).status, 201);
  await server.stop();
  return directory;
}

test("a store moves from one directory to another through a pipe, and through a file", async (t) => {
  const from = await store(t, "vm-1", "vm-2");
  const exported = run(["export", from]);
  assert.equal(exported.status, 0, exported.err);
  const to = temporaryDirectory(t);
  assert.match(
    run(["import", to], exported.out).out,
    /^imported 2 records, 0 of them joined .*; 0 were here already/,
  );
  const file = join(temporaryDirectory(t), "drett.ndjson");
  assert.deepEqual(run(["export", to, "--output", file]), { status: 0, out: "", err: "" });
  assert.equal(readFileSync(file, "utf8"), exported.out);

  const server = await ChildServer.start(t, { directory: to });
  const { items } = JSON.parse((await server.send("GET", "/v1/resources")).text) as {
    items: { id: string }[];
  };
  assert.deepEqual(items.map(({ id }) => id).sort(), ["vm-1", "vm-2"]);
});

test("an import goes into a store in which nothing is but what servers keep for themselves", async (t) => {
  const [from, to] = [await store(t, "vm-1"), await store(t)];
  assert.equal(run(["gc", to]).status, 0);
  const { out, err } = run(["import", to], run(["export", from]).out);
  assert.match(out, /^imported 1 records/, err);
});

test("an import does not go where something else is, unless it is told to", async (t) => {
  const [one, other] = [await store(t, "vm-1"), await store(t, "vm-2")];
  const { out } = run(["export", one]);
  const file = join(temporaryDirectory(t), "drett.ndjson");
  writeFileSync(file, out);
  const refused = run(["import", other], out);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /the store is not empty: use --resume .* or --merge/);
  assert.match(
    run(["import", other, "--resume"], out).err,
    /--resume reads the file twice: name it with --input/,
  );
  assert.match(
    run(["import", other, "--resume", "--input", file]).err,
    /the store holds 1 records that are not in the file/,
  );
  assert.equal(run(["export", other]).out.includes("vm-1"), false, "nothing was written");
  assert.match(run(["import", other, "--merge"], out).out, /^imported 1 records/);
  assert.match(
    run(["import", one, "--resume", "--input", file]).out,
    /^imported 0 records.*; 1 were here already/,
  );
});

test("an export that fails leaves no file that looks whole", async (t) => {
  const file = join(temporaryDirectory(t), "drett.ndjson");
  const nothing = join(temporaryDirectory(t), "nothing");
  writeFileSync(nothing, "");
  assert.equal(run(["export", nothing, "--output", file]).status, 1);
  assert.deepEqual([existsSync(file), existsSync(`${file}.unfinished`)], [false, false]);
});
