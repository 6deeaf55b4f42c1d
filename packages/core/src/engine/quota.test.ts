import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isRefusal } from "../domain/command.ts";
import { restoreRecord } from "../domain/commands/restore-record.ts";
import { type Quotas, quotaOf } from "../domain/quota.ts";
import {
  allocated,
  begun,
  extended,
  forgotten,
  freed,
  intended,
  Saying,
  unknown,
  VM,
} from "../domain/testing/given.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { type Change, type CommitOutcome, StoreUnavailable } from "../ports/store.ts";
import type { Engine } from "./engine.ts";
import { engineOn, hear } from "./testing/engines.ts";

const THREE: Quotas = { probe: { live: 3 } };
const ONE_EURO: Quotas = { "*": { costPerHour: { EUR: 1 } } };

const vm = (count: number, more = {}) => intended({ id: `vm-${count}`, ...more });
const priced = (count: number, amount: number, currency = "EUR") =>
  vm(count, { price: { amount, currency, per: "hour" } });

async function counting(quotas: Quotas, store = new MemoryStore()): Promise<Engine> {
  const { engine } = engineOn(store, { quotas });
  await engine.recount();
  return engine;
}

/** "yes", or the code of the refusal. */
async function told(engine: Engine, ...sayings: Saying[]): Promise<string[]> {
  const outcomes = await Promise.all(sayings.map((saying) => hear(engine, saying)));
  return outcomes.map((outcome) => (isRefusal(outcome) ? outcome.refused : "yes"));
}

const vms = (count: number) => Array.from({ length: count }, (_, place) => vm(place + 1));
const [YES, NO] = ["yes", "quota-reached"];

describe("a quota", () => {
  test("holds exactly within one flush, and says the limit and the number", async () => {
    const engine = await counting(THREE);
    assert.deepEqual(await told(engine, ...vms(5)), [YES, YES, YES, NO, NO]);
    assert.deepEqual(await hear(engine, vm(6)), {
      refused: "quota-reached",
      detail: "probe has 3 live resources and may have 3.",
    });
  });

  test("never refuses the replay of what was accepted, nor any report", async () => {
    const engine = await counting(THREE);
    await told(engine, ...vms(3));
    assert.deepEqual(await told(engine, ...vms(3)), [YES, YES, YES]);
    const reports = [allocated("i-1"), unknown({ id: "vm-2" }), extended(900, { id: "vm-3" })];
    assert.deepEqual(await told(engine, ...reports), [YES, YES, YES]);
    const unheardOf = allocated("i-9", { ...VM, id: "vm-9" });
    assert.deepEqual(await told(engine, unheardOf), [YES], "what exists is not turned away");
    assert.deepEqual(await told(engine, vm(9)), [YES], "and its intent that comes late is none too many");
    await told(engine, freed("i-1"));
    assert.deepEqual(await told(engine, vm(4)), [NO], "it counts, though");
  });

  test("has room again for what was freed, failed for good, or forgotten", async () => {
    const engine = await counting(THREE);
    await told(engine, ...vms(3), allocated("i-1"));
    await told(engine, freed("i-1"), forgotten({ id: "vm-2" }));
    assert.deepEqual(await told(engine, vm(4), vm(5), vm(6)), [YES, YES, NO]);
  });

  test("is of one application, and of none that it does not name", async () => {
    const engine = await counting(THREE);
    await told(engine, ...vms(3));
    const others = [4, 5, 6, 7].map((count) => vm(count, { application: "farm" }));
    assert.deepEqual(await told(engine, ...others), [YES, YES, YES, YES]);
  });

  test("of zero lets nothing through", async () => {
    assert.deepEqual(await told(await counting({ probe: { live: 0 } }), vm(1)), [NO]);
  });

  test("refuses an allocation whose members are too many together, and leaves nothing of it", async () => {
    const store = new MemoryStore();
    const engine = await counting(THREE, store);
    const members = (count: number) => Array.from({ length: count }, () => ({ type: "vm", owner: "lpds" }));
    assert.deepEqual(await told(engine, begun({ resources: members(4) })), [NO]);
    assert.deepEqual((await store.query({ order: "newest", limit: 9 })).records, []);
    assert.deepEqual(await told(engine, begun({ resources: members(3) })), [YES]);
    assert.deepEqual(await told(engine, begun({ resources: members(3) })), [YES], "a replay");
    const more = ["vm-8", "vm-9"].map((id) => ({ id, type: "vm", owner: "lpds" }));
    assert.deepEqual(
      await told(engine, begun({ resources: more })),
      [NO],
      "the same allocation, with others",
    );
  });

  test("leaves a report behind the intent that it was sent behind", async () => {
    const engine = await counting(THREE);
    assert.deepEqual(await told(engine, vm(1), allocated("i-1"), freed("i-1")), [YES, YES, YES]);
  });

  test("is that of the application, or else that of all others", () => {
    const quotas = { ci: { live: 1 }, "*": { live: 2 } };
    assert.deepEqual(quotaOf(quotas, "ci"), { live: 1 });
    assert.deepEqual(quotaOf(quotas, "toString"), { live: 2 });
    assert.equal(quotaOf({ ci: { live: 1 } }, "other"), undefined);
  });

  test("of cost holds for each currency, to the limit, and not for what has no price", async () => {
    const engine = await counting(ONE_EURO);
    const tenths = Array.from({ length: 11 }, (_, place) => priced(place + 1, 0.1));
    assert.deepEqual(await told(engine, ...tenths), [...Array(10).fill(YES), NO]);
    const free = [priced(20, 7, "USD"), vm(21), priced(22, 0)];
    assert.deepEqual(await told(engine, ...free), [YES, YES, YES]);
    const refused = await hear(engine, priced(23, 0.25));
    assert.equal(
      isRefusal(refused) && refused.detail,
      "probe costs 1 EUR an hour and may cost 1; this one is of 0.25.",
    );
  });
});

describe("what a quota is held against", () => {
  test("is right after a restart, and when others write to the store", async () => {
    const store = new MemoryStore();
    const one = await counting(THREE, store);
    await told(one, vm(1), vm(2), allocated("i-1"));
    const other = await counting(THREE, store);
    assert.deepEqual(await told(other, vm(3), vm(4)), [YES, NO]);

    assert.deepEqual(await told(one, vm(4)), [YES], "one over: it has not looked since");
    await one.recount();
    assert.deepEqual(await told(one, vm(5)), [NO]);
    await told(other, freed("i-1"), forgotten({ id: "vm-2" }));
    await one.recount();
    assert.deepEqual(await told(one, vm(5), vm(6)), [YES, NO]);
  });

  test("counts what is found as well as what is due, over more than one page", async () => {
    const store = new MemoryStore();
    const { engine, clock } = engineOn(store);
    const soon = Array.from({ length: 700 }, (_, place) => vm(place + 1, { timeoutSeconds: 60 }));
    const late = Array.from({ length: 600 }, (_, place) => vm(place + 701));
    await told(engine, ...soon, ...late);
    clock.minutes += 5;
    while ((await engine.sweep()).more);
    const limit: Quotas = { "*": { live: 1_301 } };
    assert.deepEqual(await told(await counting(limit, store), vm(2_001), vm(2_002)), [YES, NO]);
  });

  test("counts what may have been written until it has looked, and then what is there", async () => {
    const store = new FlakyStore();
    const engine = await counting(THREE, store);
    store.failing = true;
    assert.deepEqual(await told(engine, vm(1), vm(2)), ["store-unavailable", "store-unavailable"]);
    store.failing = false;
    assert.deepEqual(await told(engine, vm(3), vm(4)), [YES, NO]);
    await engine.recount();
    assert.deepEqual(await told(engine, vm(4), vm(5), vm(6)), [YES, YES, NO]);
  });

  test("frees no place by a release that was not written", async () => {
    const store = new FlakyStore();
    const engine = await counting(THREE, store);
    await told(engine, ...vms(3), allocated("i-1"));
    store.failing = true;
    await told(engine, freed("i-1"));
    store.failing = false;
    assert.deepEqual(await told(engine, vm(4)), [NO]);
    await told(engine, freed("i-1"));
    assert.deepEqual(await told(engine, vm(4)), [YES]);
  });

  test("is not moved by an import of what is here", async () => {
    const engine = await counting(THREE);
    await told(engine, vm(1).at(1));
    const fact = { kind: "intent", about: VM, at: 1, arrival: 1, actor: "tester" };
    const restored = (id: string) =>
      new Saying(restoreRecord, { kind: "resource", id, facts: [fact], merge: false });
    await told(engine, restored("vm-1"), restored("vm-2"));
    assert.deepEqual(await told(engine, vm(3), vm(4)), [YES, NO]);
  });
});

class FlakyStore extends MemoryStore {
  failing = false;

  override commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    return this.failing ? Promise.reject(new StoreUnavailable("out", "Put it in.")) : super.commit(changes);
  }
}
