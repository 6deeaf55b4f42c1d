import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "./shapes.ts";
import {
  allocated,
  claimed,
  extended,
  freed,
  given,
  HOURS,
  intended,
  reclaimOrdered,
  settled,
  unknown,
} from "./testing/given.ts";

test("a record that has grown large takes no more data, but still that it exists and that it is gone", () => {
  const data = { log: "x".repeat(LIMITS.dataBytes - 100) };
  const notebook = given(intended().at(0));
  const reports = Math.ceil(LIMITS.recordBytes / LIMITS.dataBytes) + 1;
  for (let time = 1; time <= reports; time++) notebook.hears(allocated("i-1", { data }).at(time));

  notebook.refuses(allocated("i-2", { data }), "too-many-facts");
  notebook.refuses(unknown(), "too-many-facts");
  notebook.accepts(allocated("i-2").at(50), { id: "vm-1" });
  notebook.accepts(freed("i-1").at(51), { id: "vm-1" });
  assert.equal(notebook.standing("vm-1").state, "freed");
});

test("a record is not filled by what drett itself notes of it, over years", () => {
  const notebook = given(intended().at(0), allocated("i-1").at(1), reclaimOrdered());
  for (let count = 1; notebook.facts().length <= LIMITS.factsPerRecord; count += 1) {
    notebook.now += 24 * HOURS;
    notebook.decides(claimed({ attempt: `attempt-${count}` }));
    notebook.decides(settled("denied", { claim: count }));
  }
  notebook.accepts(extended(notebook.now + 60));
});
