import assert from "node:assert/strict";
import { test } from "node:test";
import { allocated, extended, given, intended, plannedOrder } from "../testing/given.ts";

test("what was extended after the plan was made is not ordered any more, and what was extended before it is", () => {
  const notebook = given(intended({ ttlSeconds: 60 }).at(0), allocated("i-1").at(1), extended(30).at(2));
  notebook.accepts(extended(600).at(61), { id: "vm-1" });
  const { detail } = notebook.refuses(plannedOrder({ seen: 3 }), "changed-since");
  assert.match(detail, /^vm-1 was extended until 2026-11-23T22:00:00.000Z after you saw it\.$/);
  notebook.accepts(plannedOrder({ seen: 4 }), { id: "vm-1", decision: "plan-1" });
});
