import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Accepted } from "../command.ts";
import { DEFAULTS } from "../defaults.ts";
import type { Fact } from "../fact.ts";
import type { Record } from "../record.ts";
import { restoreRecord } from "./restore-record.ts";

const stamp = { at: 1, arrival: 2, actor: "probe" };
const about = { application: "probe", type: "vm", owner: "lpds", allocation: "block" };
const intent = { kind: "intent", about, ...stamp };
const allocated = { kind: "allocated", externalId: "i-1", ...stamp };
const freed = { kind: "freed", externalId: "i-1", ...stamp };

const context = { now: 1_000, actor: "restorer", defaults: DEFAULTS, newId: () => "minted" };

function restore(facts: readonly object[], merge: boolean, known?: readonly object[]) {
  const record = known && ({ kind: "resource", id: "vm", facts: known } as unknown as Record);
  const view = {
    resource: () => record as Extract<Record, { kind: "resource" }>,
    allocation: () => undefined,
    session: () => undefined,
    freeze: () => undefined,
    plan: () => undefined,
    tombstone: () => undefined,
    resourcesTagged: () => [],
  };
  const decision = restoreRecord.decide(
    view,
    { kind: "resource", id: "vm", facts: facts as never, merge },
    context,
  );
  const { reply, records } = decision as Accepted<{ outcome: string }>;
  return { outcome: reply?.outcome, facts: records?.flatMap((it) => it.facts as Fact[]), decision };
}

describe("restore-record", () => {
  test("adds what is not there, with its times and actors", () => {
    const { outcome, facts } = restore([intent, allocated], false);
    assert.equal(outcome, "added");
    assert.deepEqual(facts, [intent, allocated]);
  });

  test("changes nothing where the same is there, in whatever order", () => {
    for (const merge of [false, true]) {
      const { outcome, facts } = restore([allocated, intent], merge, [intent, allocated]);
      assert.deepEqual([outcome, facts], ["same", []]);
    }
  });

  test("tells that other facts are there, and writes none", () => {
    for (const known of [[intent], [intent, allocated, freed], [intent, freed]]) {
      const { outcome, facts } = restore([intent, allocated], false, known);
      assert.deepEqual([outcome, facts], ["differs", []]);
    }
  });

  test("joins both where it is told to", () => {
    const { outcome, facts } = restore([intent, allocated], true, [intent, freed]);
    assert.equal(outcome, "merged");
    assert.deepEqual(facts, [intent, freed, allocated]);
    assert.deepEqual(restore([intent], true, [intent, freed]).outcome, "same");
  });

  test("refuses facts that do not say what it is", () => {
    for (const facts of [[allocated], [{ ...intent, about: 1 }], [{ kind: "begun", ...stamp }]]) {
      assert.equal((restore(facts, true).decision as { refused?: string }).refused, "invalid-input");
    }
  });

  test("names the allocation that its findings depend on", () => {
    const keys = restoreRecord.keys({ kind: "resource", id: "vm", facts: [intent], merge: false });
    assert.deepEqual(keys, [
      { kind: "resource", id: "vm" },
      { kind: "allocation", id: "block" },
    ]);
  });
});
