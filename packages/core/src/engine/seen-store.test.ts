import assert from "node:assert/strict";
import { test } from "node:test";
import { registerIntent } from "../domain/commands/register-intent.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { Engine } from "./engine.ts";
import { storeSeenBy } from "./seen-store.ts";

async function storeWith(applications: readonly string[]): Promise<MemoryStore> {
  const store = new MemoryStore();
  const engine = new Engine({ store, newId: () => "unused" });
  for (const [place, application] of applications.entries()) {
    const told = { id: `vm-${place}`, application, type: "vm", owner: "lpds" };
    assert.ok("reply" in (await engine.submit(registerIntent, told, "tester")));
  }
  return store;
}

test("a page is never shorter for what others own", async () => {
  const seen = storeSeenBy(["a", "b"], await storeWith(["a", "x", "b", "x", "a", "x", "b"]));
  const page = await seen.query({ order: "newest", limit: 3 });
  assert.deepEqual(
    page.records.map(({ id }) => id),
    ["vm-4", "vm-0", "vm-6"],
  );
  const rest = await seen.query({ order: "newest", limit: 3, cursor: page.next ?? assert.fail() });
  assert.deepEqual([rest.records.map(({ id }) => id), rest.next], [["vm-2"], undefined]);
});

test("the feed goes on from where it looked, also where nothing was seen", async () => {
  const store = await storeWith(["a", ...Array<string>(50).fill("x"), "a"]);
  const seen = storeSeenBy(["a"], store);
  const told: string[] = [];
  let after: string | undefined;
  for (let reads = 0; reads < 5; reads++) {
    const page = await seen.events(after, 2);
    told.push(...page.events.map(({ id }) => id));
    after = page.cursor;
  }
  assert.deepEqual(told, ["vm-0", "vm-51"]);
});

test("nothing is written through it, and all is seen by whom nothing limits", async () => {
  const store = new MemoryStore();
  assert.equal(storeSeenBy(undefined, store), store);
  await assert.rejects(storeSeenBy(["a"], store).commit([]), /for reading/);
});
