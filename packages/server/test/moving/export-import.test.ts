import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, isRefusal, MemoryStore, type Store } from "@drett/core";
import { ImportRefused } from "../../src/moving/import.ts";
import { engineOn, importInto, linesOf } from "../support/moving.ts";
import { contentsOf, intent } from "../support/test-server.ts";

async function tell(store: Store, name: string, input: object): Promise<void> {
  const command = COMMANDS.find((it) => it.name === name);
  assert.ok(command);
  const outcome = await engineOn(store).submit(command, input, "tester");
  assert.ok(!isRefusal(outcome), JSON.stringify(outcome));
}

/** A store with something of everything. */
async function furnished(): Promise<Store> {
  const store = new MemoryStore();
  await tell(store, "register-intent", { id: "first", ...intent, labels: { text: "a\u2028b\u2029c\r" } });
  await tell(store, "begin-allocation", {
    id: "block",
    application: "probe",
    module: "nova",
    timeoutSeconds: 0,
  });
  for (const id of ["vm-2", "vm-1"])
    await tell(store, "register-intent", { id, ...intent, allocation: "block" });
  await tell(store, "report-allocated", { id: "vm-2", externalId: "i-2" });
  await tell(store, "report-unknown", { id: "vm-1", reason: "timeout" });
  await tell(store, "finish-allocation", { id: "block", outcome: "failed" });
  for (let count = 0; count < 2_100; count++)
    await tell(store, "register-intent", { id: `n-${count}`, ...intent, at: "2026-01-01T00:00:00.000Z" });
  return store;
}

const refusedWith = (message: RegExp) => (error: unknown) =>
  error instanceof ImportRefused && message.test(error.message);

const whole = await furnished();
const lines = await linesOf(whole);

test("what is exported, imported and exported again is the same to the letter", async () => {
  const [second, third] = [new MemoryStore(), new MemoryStore()];
  assert.deepEqual(await importInto(second, lines), { added: 2_104, same: 0, merged: 0, pruned: 0 });
  assert.deepEqual(await linesOf(second), lines);
  await importInto(third, await linesOf(second));
  assert.deepEqual(await linesOf(third), lines);
});

test("the file has its header, a check after every thousand records, and an end", () => {
  assert.deepEqual(JSON.parse(lines[0] ?? ""), { drett: "export", format: 2 });
  const checks = lines
    .map((line) => JSON.parse(line) as { check?: string; records: number })
    .filter((it) => it.check);
  assert.deepEqual(
    checks.map(({ check, records }) => [check, records]),
    [
      ["so far", 1_000],
      ["so far", 2_000],
      ["end", 2_104],
    ],
  );
});

test("an empty store makes an export too", async () => {
  const empty = await linesOf(new MemoryStore());
  assert.equal(empty.length, 2);
  assert.deepEqual(await importInto(new MemoryStore(), empty), { added: 0, same: 0, merged: 0, pruned: 0 });
});

test("every record stands in the new store as it stood in the old one", async () => {
  const store = new MemoryStore();
  await importInto(store, lines);
  for (const it of [store, whole]) await engineOn(it).sweep(10_000);
  const standing = async (it: Store) =>
    (
      (await contentsOf(it)) as { records: { kind: string; id: string; finding: unknown; due: unknown }[] }
    ).records
      .map(({ kind, id, finding, due }) => `${kind} ${id} ${String(finding)} ${String(due)}`)
      .sort();
  assert.deepEqual(await standing(store), await standing(whole));
});

test("imported once more, it changes nothing", async () => {
  const store = new MemoryStore();
  await importInto(store, lines);
  const before = await contentsOf(store);
  assert.deepEqual(await importInto(store, lines), { added: 0, same: 2_104, merged: 0, pruned: 0 });
  assert.deepEqual(await contentsOf(store), before);
});

test("a file that is cut off is refused after what was whole, and all of it goes on from there", async () => {
  const store = new MemoryStore();
  await assert.rejects(
    importInto(store, lines.slice(0, 1_500)),
    refusedWith(/cut off after line 1500.*--resume/),
  );
  assert.deepEqual(await importInto(store, lines), { added: 1_104, same: 1_000, merged: 0, pruned: 0 });
  assert.deepEqual(await linesOf(store), lines);
});

test("a record that is here with other facts stops it, or is joined where that is asked for", async () => {
  const other = async () => {
    const store = new MemoryStore();
    await tell(store, "register-intent", { id: "first", ...intent, at: "2026-02-02T00:00:00.000Z" });
    return store;
  };
  await assert.rejects(
    importInto(await other(), lines),
    refusedWith(/resource first is here with other facts.*--merge/),
  );
  const store = await other();
  assert.deepEqual(await importInto(store, lines, true), { added: 2_103, same: 0, merged: 1, pruned: 0 });
  const [first] = await store.load([{ kind: "resource", id: "first" }]);
  assert.equal((JSON.parse(first?.body ?? "") as unknown[]).length, 2);
});

const altered = (place: number, line: string) => lines.toSpliced(place, 1, line);
const DAMAGED: readonly (readonly [what: string, lines: readonly string[], message: RegExp])[] = [
  [
    "an altered record",
    altered(5, lines[5]?.replace("lpds", "lpdz") ?? ""),
    /line 1002: the file was changed/,
  ],
  ["a record that was left out", lines.toSpliced(7, 1), /line 1001: the file was changed/],
  [
    "two records in each other's place",
    lines.toSpliced(7, 2, lines[8] ?? "", lines[7] ?? ""),
    /file was changed/,
  ],
  ["no JSON", altered(9, "no"), /^line 10: this is no JSON object/],
  ["a number", altered(9, "1"), /^line 10: this is no JSON object/],
  ["something else", ['{"a": 1}'], /^line 1: this is no export of drett/],
  [
    "a newer format",
    ['{"drett":"export","format":3}'],
    /^line 1: the export has format 3, and this drett knows formats up to 2/,
  ],
  ["nothing", [], /cut off after line 0/],
  ["more after the end", [...lines, lines[3] ?? ""], /after the end/],
];
for (const [what, its, message] of DAMAGED) {
  test(`${what} is refused, and nothing of it is written before a check has held`, async () => {
    const store = new MemoryStore();
    await assert.rejects(importInto(store, its), refusedWith(message));
    const { records } = (await contentsOf(store)) as { records: unknown[] };
    assert.ok(records.length === 0 || what === "more after the end");
  });
}

test("a record that nobody can read stops the export, and names it", async () => {
  const store = new MemoryStore();
  await tell(store, "register-intent", { id: "vm", ...intent });
  const query = store.query.bind(store);
  store.query = async (asked) => {
    const page = await query(asked);
    return { ...page, records: page.records.map((it) => ({ ...it, body: "rubbish" })) };
  };
  await assert.rejects(linesOf(store), /the stored facts of resource vm cannot be read/);
});
