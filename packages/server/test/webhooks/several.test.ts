import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { type Change, type CommitOutcome, type Key, MemoryStore, StoreUnavailable } from "@drett/core";
import { Receiver } from "./receiver.ts";
import { Teller } from "./teller.ts";

/** Fails the commit of that number to the records of webhooks: before it is written, or after. */
class BreakingStore extends MemoryStore {
  breaksAt = Number.POSITIVE_INFINITY;
  how: "before" | "after" | "unknown" | "not" = "before";
  #commits = 0;

  override async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    const isBroken = changes.some(({ kind }) => kind === "delivery") && ++this.#commits === this.breaksAt;
    if (isBroken && this.how === "before") throw new StoreUnavailable("it broke", "");
    if (isBroken && this.how === "not") return changes.map(() => "unknown");
    const outcomes = await super.commit(changes);
    if (isBroken && this.how === "unknown") return outcomes.map(() => "unknown");
    if (isBroken) throw new StoreUnavailable("it broke", "");
    return outcomes;
  }
}

/** Two servers on one store, with clocks that go together. */
async function two(t: TestContext) {
  const receiver = await Receiver.open(t);
  const store = new MemoryStore();
  const [one, other] = [await Teller.open(t, { store, receiver }), await Teller.open(t, { store, receiver })];
  return { receiver, one, other };
}

const idsIn = ({ told }: Receiver) => told.flat().toSorted();

/** Takes its time, a different one for each call. */
class UnevenStore extends MemoryStore {
  #seed = 1;
  async #wait(): Promise<void> {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    for (let turns = this.#seed % 4; turns > 0; turns--) await setImmediate();
  }
  override async load(keys: readonly Key[]) {
    await this.#wait();
    return super.load(keys);
  }
  override async commit(changes: readonly Change[]) {
    await this.#wait();
    return super.commit(changes);
  }
}

for (const [count, store] of [
  [2, new MemoryStore()],
  [2, new UnevenStore()],
  [4, new UnevenStore()],
] as const) {
  test(`of ${count} servers on one ${store.constructor.name} each message is told by one`, async (t) => {
    const receiver = await Receiver.open(t);
    const tellers: Teller[] = [];
    while (tellers.length < count) tellers.push(await Teller.open(t, { store, receiver }));
    const expected: string[] = [];
    for (let round = 1; round <= 20; round++) {
      expected.push(`vm-${round}`);
      for (const teller of tellers)
        await (teller === tellers[0] ? teller.lose(`vm-${round}`) : teller.passes(1));
      // As if they had no clock in common.
      await Promise.all(tellers.map((teller, place) => teller.turn(60 + place)));
    }
    for (const teller of tellers) await teller.turn(120);
    assert.deepEqual(idsIn(receiver), expected.toSorted());
    assert.equal(new Set(receiver.ids).size, receiver.got.length, "each message once");
  });
}

test("what a server did not come to note is sent again under the same id, by another server", async (t) => {
  const { receiver, one, other } = await two(t);
  await one.lose("vm-1");
  const sent = Promise.withResolvers<void>();
  receiver.answer = () => sent.resolve();
  const stop = new AbortController();
  const dying = one.turn(0, stop.signal);
  await sent.promise;
  // The first one has sent it, and is not heard of again for as long as it may take.
  receiver.answers(200);
  await other.turn(20);
  assert.equal(receiver.got.length, 1, "the other one waits for it");
  await other.turn(20);
  assert.deepEqual(receiver.told, [["vm-1"], ["vm-1"]]);
  assert.equal(new Set(receiver.ids).size, 1);
  assert.equal(new Set(receiver.got.map(({ payload }) => payload)).size, 1);
  stop.abort();
  await dying;
  const [{ deliveries } = assert.fail()] = await other.list();
  assert.deepEqual(
    deliveries.map(({ attempts, outcome }) => [attempts, outcome]),
    [[2, "delivered"]],
    "what the first one has to say then comes too late",
  );
});

for (const [how, when] of [
  ["before", "before it has done it"],
  ["after", "after it has done it"],
  ["unknown", "and may have done it, and has"],
  ["not", "and may have done it, and has not"],
] as const) {
  for (let breaksAt = 1; breaksAt <= 9; breaksAt++) {
    test(`a store that breaks ${when}, at write ${breaksAt}, loses and repeats nothing`, async (t) => {
      const store = new BreakingStore();
      const teller = await Teller.open(t, { store });
      Object.assign(store, { how, breaksAt });
      let failures = 0;
      const turn = (by: Teller) => by.turn(60).catch(() => void failures++);
      await teller.lose("vm-1");
      await turn(teller);
      await teller.lose("vm-2", "vm-3");
      for (let turns = 0; turns < 3; turns++) await turn(teller);
      const { receiver } = teller;
      const restarted = await Teller.open(t, { store, receiver });
      restarted.server.clock.advance((teller.server.clock.now() - restarted.server.clock.now()) / 1_000);
      await restarted.lose("vm-4");
      for (let turns = 0; turns < 3; turns++) await turn(restarted);
      assert.ok(failures <= 1);
      const byMessage = new Map(
        receiver.got.map(({ headers, data }) => [headers["webhook-id"], data.findings]),
      );
      const told = [...byMessage.values()].flat().map(({ id }) => id);
      assert.deepEqual(told.toSorted(), ["vm-1", "vm-2", "vm-3", "vm-4"]);
    });
  }
}

test("a target whose first record may not have been written is told all the same", async (t) => {
  const store = new BreakingStore();
  const teller = await Teller.open(t, { store });
  Object.assign(store, { how: "not", breaksAt: 1 });
  await teller.turn();
  await teller.lose("vm-1");
  for (let turns = 0; turns < 2; turns++) await teller.turn(60);
  assert.deepEqual(teller.receiver.told, [["vm-1"]]);
});

test("every server on a store hears for itself that a target is gone", async (t) => {
  const { receiver, one, other } = await two(t);
  receiver.answers(410);
  await one.lose("vm-1");
  await one.turn();
  other.server.clock.advance(1);
  await other.turn();
  assert.equal(other.attempts.length, 1, "at once");
  for (let turns = 0; turns < 3; turns++) for (const teller of [one, other]) await teller.turn(7_200);
  assert.deepEqual(
    [one.attempts, other.attempts].map((all) => all.map(({ outcome }) => outcome)),
    [["gone"], ["gone"]],
  );
});

test("a clock that was far ahead does not keep a message back for ever", async (t) => {
  const { receiver, one, other } = await two(t);
  receiver.answers(500);
  one.server.clock.advance(365 * 86_400);
  await one.lose("vm-1");
  await one.turn();
  receiver.answers(200);
  await other.turn();
  assert.deepEqual(receiver.told, [["vm-1"], ["vm-1"]]);
  await other.lose("vm-2");
  await other.turn(60);
  assert.deepEqual(receiver.told.at(-1), ["vm-2"]);
});

test("nor does one that was far ahead when a message was delivered", async (t) => {
  const { receiver, one, other } = await two(t);
  one.server.clock.advance(365 * 86_400);
  await one.lose("vm-1");
  await one.turn();
  await other.lose("vm-2");
  await other.turn();
  assert.deepEqual(receiver.told, [["vm-1"], ["vm-2"]]);
});
