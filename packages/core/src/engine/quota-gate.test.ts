import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { beginAllocation } from "../domain/commands/begin-allocation.ts";
import { registerIntent } from "../domain/commands/register-intent.ts";
import { reportAllocated } from "../domain/commands/report-allocated.ts";
import { reportFreed } from "../domain/commands/report-freed.ts";
import type { Quotas } from "../domain/quota.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { type Store, StoreUnavailable } from "../ports/store.ts";
import { QuotaGate } from "./quota-gate.ts";
import { engineOn } from "./testing/engines.ts";

const vm = { application: "ci", type: "vm", owner: "lpds" } as const;
const at = "2026-05-05T12:59:00.000Z";

function limited(quotas: Quotas, store: Store = new MemoryStore()) {
  const { engine } = engineOn(store, { quotas });
  const register = async (id: string, more: object = {}) => {
    const outcome = await engine.submit(registerIntent, { ...vm, id, ...more }, "me");
    return "refused" in outcome ? outcome.refused : outcome.created ? "created" : "replayed";
  };
  return { engine, register };
}

describe("an application with a quota", () => {
  test("is refused the intent that would go over it, and nothing is recorded", async () => {
    const { engine, register } = limited({ ci: { live: 2 } });
    assert.deepEqual(
      [await register("a"), await register("b"), await register("c")],
      ["created", "created", "quota-reached"],
    );
    assert.deepEqual(await engine.store.load([{ kind: "resource", id: "c" }]), []);
  });

  test("is never let over it by requests that come at once", async () => {
    const { register } = limited({ ci: { live: 5 } });
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => register(`r-${n}`)));
    assert.equal(outcomes.filter((outcome) => outcome === "created").length, 5);
    assert.equal(outcomes.filter((outcome) => outcome === "quota-reached").length, 35);
  });

  test("gets the same answer to a retry, at its limit too", async () => {
    const { register } = limited({ ci: { live: 1 } });
    assert.equal(await register("a", { at }), "created");
    assert.equal(await register("a", { at }), "replayed");
    assert.equal(await register("a", { at, owner: "another" }), "id-used");
    assert.equal(await register("b"), "quota-reached");
  });

  test("is not refused a report of what exists", async () => {
    const { engine, register } = limited({ ci: { live: 1 } });
    await register("a");
    const outcome = await engine.submit(reportAllocated, { ...vm, id: "b", externalId: "i-1" }, "me");
    assert.ok(!("refused" in outcome));
  });

  test("gets an allocation with its members whole or not at all", async () => {
    const { engine, register } = limited({ ci: { live: 2 } });
    await register("a");
    const block = { application: "ci", module: "m", id: "block" };
    const members = (...ids: string[]) => ids.map((id) => ({ id, type: "vm", owner: "lpds" }));
    const two = await engine.submit(beginAllocation, { ...block, resources: members("b", "c") }, "me");
    assert.equal("refused" in two && two.refused, "quota-reached");
    assert.deepEqual(await engine.store.load([{ kind: "allocation", id: "block" }]), []);
    const one = await engine.submit(beginAllocation, { ...block, resources: members("b") }, "me");
    assert.ok(!("refused" in one));
    assert.equal(await register("d", { application: undefined, allocation: "block" }), "quota-reached");
  });

  test("leaves other applications alone", async () => {
    const { register } = limited({ ci: { live: 0 } });
    assert.equal(await register("a"), "quota-reached");
    assert.equal(await register("b", { application: "other" }), "created");
  });

  test("is told that the store does not answer, where it cannot be counted", async () => {
    const store = new MemoryStore();
    store.query = () => Promise.reject(new StoreUnavailable("away", "wait"));
    const { register } = limited({ ci: { live: 1 } }, store);
    assert.equal(await register("a"), "store-unavailable");
  });
});

describe("the count of what is live", () => {
  test("is taken anew before somebody is refused, so that room which was made is found", async () => {
    let elapsed = 0;
    const store = new MemoryStore();
    const { engine } = limited({}, store);
    const gate = new QuotaGate(store, { ci: { live: 1 } }, () => elapsed);
    const plan = { application: "ci", resources: [{}], keys: [] };
    const submit = async (id: string) => {
      const admitted = await gate.admit(plan);
      if (!admitted || "refused" in admitted) return admitted?.refused;
      const outcome = await engine.submit(registerIntent, { ...vm, id }, "me");
      admitted.settle("created" in outcome && outcome.created);
      return "let in";
    };
    assert.equal(await submit("a"), "let in");
    assert.equal(await submit("b"), "quota-reached");
    await engine.submit(reportAllocated, { id: "a", externalId: "i-1" }, "me");
    await engine.submit(reportFreed, { id: "a", externalId: "i-1" }, "me");
    elapsed += 1_000;
    assert.equal(await submit("b"), "let in");
  });
});
