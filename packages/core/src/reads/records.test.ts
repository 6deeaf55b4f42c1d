import assert from "node:assert/strict";
import { test } from "node:test";
import { begun, intended, sessionOpened } from "../domain/testing/given.ts";
import { engineOn, hearsWell } from "../engine/testing/engines.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { listFindings } from "./list-findings.ts";

test("a page of findings names the processes that answer for them, all loaded at once", async () => {
  const store = new MemoryStore();
  const { engine, clock } = engineOn(store);
  for (const id of ["engine-1", "engine-2"]) {
    await hearsWell(engine, sessionOpened({ id, host: `host-of-${id}`, pid: 7 }));
  }
  await hearsWell(engine, begun({ session: "engine-1" }), intended({ session: "engine-2" }));
  clock.minutes += 60;
  await engine.sweep();
  const loads: number[] = [];
  const load = store.load.bind(store);
  store.load = (keys) => {
    loads.push(keys.length);
    return load(keys);
  };
  const outcome = await engine.read(listFindings, {}, "tester");
  assert.ok("reply" in outcome);
  const [first = "", second = ""] = outcome.reply.items.map(({ says }) => says);
  assert.match(first, /vm of lpds, made by probe in session engine-2 \(host host-of-engine-2, process 7\)/);
  assert.match(second, /fleet of probe\/nova in session engine-1 \(host host-of-engine-1, process 7\)/);
  assert.deepEqual(loads, [2]);
});
