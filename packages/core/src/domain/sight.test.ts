import assert from "node:assert/strict";
import { test } from "node:test";
import { type Caller, lacks } from "./caller.ts";
import { isRefusal } from "./command.ts";
import { registerIntent } from "./commands/register-intent.ts";
import { reportAllocated } from "./commands/report-allocated.ts";
import { reportFreed } from "./commands/report-freed.ts";
import { DEFAULTS } from "./defaults.ts";
import { newResource, type Resource, withReport } from "./record.ts";
import { decideFor } from "./sight.ts";
import type { View } from "./view.ts";

const NOW = Date.parse("2026-11-24T10:00:00.000Z");
const context = { now: NOW, actor: "me", newId: () => "d1", defaults: DEFAULTS };
const VM = { type: "vm", owner: "lpds" };

const theirs = withReport(
  newResource("vm"),
  { kind: "intent", about: { application: "theirs", ...VM } },
  NOW,
  context,
);
const viewOf = (...records: Resource[]): View => ({
  resource: (id) => records.find((it) => it.id === id),
  allocation: () => undefined,
  session: () => undefined,
  freeze: () => undefined,
  plan: () => undefined,
  tombstone: () => undefined,
  resourcesTagged: () => records,
});
const holder = (...applications: string[]): Caller => ({ name: "me", roles: ["report"], applications });

/** What it comes to: the code of the refusal, or the facts that the records have. */
function comesTo(caller: Caller, command: object, input: object, view: View) {
  const decision = decideFor(caller, command as never, view, input as never, context);
  return isRefusal(decision) ? decision.refused : decision.records.map(({ facts }) => facts.length);
}

test("for whom a record is not there, a report on it is of something unknown", () => {
  const told = { id: "vm" };
  assert.deepEqual(comesTo(holder("mine"), reportFreed, told, viewOf(theirs)), "unknown-resource");
  for (const caller of [holder("mine", "theirs"), "drett", { name: "all", roles: [] }]) {
    assert.deepEqual(comesTo(caller, reportFreed, told, viewOf(theirs)), [2]);
  }
});

test("nor can it be overwritten by being registered again: its id is taken", () => {
  const mine = { id: "vm", application: "mine", ...VM };
  for (const [command, told] of [
    [registerIntent, mine],
    [reportAllocated, { ...mine, externalId: "i-1" }],
  ] as const) {
    assert.equal(comesTo(holder("mine"), command, told, viewOf(theirs)), "id-used");
    assert.deepEqual(comesTo(holder("mine"), command, told, viewOf()), [1]);
  }
});

test("what was pruned is no more there than it was, and its id is taken all the same", () => {
  const tombstone = {
    kind: "resource",
    id: "vm",
    application: "theirs",
    state: "freed",
    closed: 1,
    until: 2,
  } as const;
  const view: View = { ...viewOf(), tombstone: () => tombstone };
  const told = { id: "vm" };
  assert.equal(comesTo(holder("mine"), reportFreed, told, view), "unknown-resource");
  assert.equal(comesTo(holder("theirs"), reportFreed, told, view), "pruned");
  const mine = { id: "vm", application: "mine", ...VM };
  assert.equal(comesTo(holder("mine"), registerIntent, mine, view), "id-used");
});

test("what another application shall own is refused as such, be its id taken or not", () => {
  const told = { id: "vm", application: "theirs", ...VM };
  for (const view of [viewOf(), viewOf(theirs)]) {
    assert.equal(comesTo(holder("mine"), registerIntent, told, view), "foreign-application");
  }
});

test("a role is needed by whoever has a key, and by nobody else", () => {
  assert.equal(lacks("drett", "admin"), undefined);
  assert.equal(lacks(holder("mine"), "report"), undefined);
  assert.deepEqual(lacks({ name: "me", roles: ["admin"] }, "read"), {
    refused: "role-missing",
    detail: "This needs the role read, which the key me does not have.",
    more: { role: "read" },
  });
});
