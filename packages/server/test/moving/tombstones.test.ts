import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import {
  type Command,
  isRefusal,
  MemoryStore,
  registerIntent,
  reportFreed,
  restoreTombstone,
  type Store,
} from "@drett/core";
import { engineOn, importInto, linesOf } from "../support/moving.ts";
import { intent, START } from "../support/test-server.ts";

const say = (store: Store, command: Command, input: object) =>
  engineOn(store).submit(command, input, "tester");

const tombstone = {
  kind: "resource",
  id: "pruned",
  application: "probe",
  state: "freed",
  closed: 1,
  until: START + 1,
};

async function furnished(): Promise<Store> {
  const store = new MemoryStore();
  await say(store, registerIntent, { id: "live", ...intent });
  await say(store, restoreTombstone, tombstone);
  return store;
}

test("what is left of pruned records moves along, and keeps their ids used", async () => {
  const lines = await linesOf(await furnished());
  const { kind, id, ...rest } = tombstone;
  assert.deepEqual(JSON.parse(lines[2] ?? ""), { kind, id, tombstone: rest });
  const store = new MemoryStore();
  assert.deepEqual(await importInto(store, lines), { added: 2, same: 0, merged: 0, pruned: 0 });
  assert.deepEqual(await linesOf(store), lines);
  assert.deepEqual(await importInto(store, lines), { added: 0, same: 2, merged: 0, pruned: 0 });
  const again = await say(store, registerIntent, { id: "pruned", ...intent });
  assert.equal(isRefusal(again) && again.refused, "id-used");
  const freed = await say(store, reportFreed, { id: "pruned" });
  assert.equal(isRefusal(freed) && freed.refused, "pruned");
});

test("an older copy does not bring back what was pruned since", async () => {
  const older = new MemoryStore();
  await say(older, registerIntent, { id: "pruned", ...intent });
  const store = await furnished();
  const outcome = await importInto(store, await linesOf(older), true);
  assert.deepEqual(outcome, { added: 0, same: 0, merged: 0, pruned: 1 });
});

test("a record that is here stays, where a file knows only what was left of it", async () => {
  const store = new MemoryStore();
  await say(store, registerIntent, { id: "pruned", ...intent });
  const lines = await linesOf(await furnished());
  await assert.rejects(importInto(store, lines), /pruned is here with other facts/);
  await importInto(store, lines, true);
  assert.equal((await store.query({ order: "oldest", limit: 10 })).records.length, 2);
});

test("a file of the former format is read", async () => {
  const header = '{"drett":"export","format":1}';
  const sha256 = createHash("sha256").update(`${header}\n`).digest("hex");
  const end = JSON.stringify({ check: "end", records: 0, sha256 });
  assert.deepEqual(await importInto(new MemoryStore(), [header, end]), {
    added: 0,
    same: 0,
    merged: 0,
    pruned: 0,
  });
});
