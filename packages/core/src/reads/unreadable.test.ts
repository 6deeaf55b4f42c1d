import assert from "node:assert/strict";
import { test } from "node:test";
import { registerIntent } from "../domain/commands/register-intent.ts";
import { Engine } from "../engine/engine.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { READS } from "./registry.ts";

test("a record that cannot be read is left out of lists, and refused where it is asked for", async () => {
  const store = new MemoryStore();
  const engine = new Engine({ store, newId: () => "none" });
  const overdue = {
    application: "probe",
    type: "vm",
    owner: "lpds",
    timeoutSeconds: 0,
    at: "2026-01-01T00:00:00Z",
  };
  for (const id of ["broken", "sound"]) await engine.submit(registerIntent, { id, ...overdue }, "tester");
  const [stored] = await store.load([{ kind: "resource", id: "broken" }]);
  const columns = {
    state: "pending",
    finding: 60,
    since: 1,
    due: null,
    application: "probe",
    module: null,
    owner: "lpds",
    type: "vm",
    allocation: null,
    tags: [],
  };
  await store.commit([
    { kind: "resource", id: "broken", expected: stored?.version ?? 0, columns, body: "{", from: 1, to: 1 },
  ]);

  const ask = async (name: string, input = {}) => {
    const read = READS.find((it) => it.name === name);
    assert.ok(read);
    return (await engine.read(read, input, "tester")) as {
      refused?: string;
      reply: { items: object[]; count: number };
    };
  };
  assert.equal((await ask("list-resources")).reply.items.length, 1);
  assert.equal((await ask("list-findings")).reply.items.length, 1);
  assert.equal((await ask("summarize-findings")).reply.count, 1);
  assert.equal((await ask("read-events")).reply.items.length, 1);
  assert.equal((await ask("get-resource", { id: "broken" })).refused, "record-unreadable");
});
