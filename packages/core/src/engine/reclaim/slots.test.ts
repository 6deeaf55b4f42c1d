import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Slots } from "./slots.ts";

/** Slots whose calls hang when the test says so. */
function trial() {
  const running = new Set<() => void>();
  const slots = new Slots((_, act) => {
    running.add(act);
    return () => running.delete(act);
  });
  const letHang = () => {
    const due = [...running];
    running.clear();
    for (const act of due) act();
  };
  return { slots, letHang };
}

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** A call that ends when it is told to, or is cut off. */
function call(slots: Slots, place: string, signal = new AbortController().signal) {
  const state = { began: false, ended: false, end: () => {} };
  slots
    .run(place, signal, (cut) => {
      state.began = true;
      return new Promise<void>((resolve) => {
        state.end = resolve;
        cut.addEventListener("abort", () => resolve());
      });
    })
    .then(
      () => Object.assign(state, { ended: true }),
      () => Object.assign(state, { ended: true }),
    );
  return state;
}

const calls = (slots: Slots, count: number, place: (number: number) => string) =>
  Array.from({ length: count }, (_, number) => call(slots, place(number)));
const underWay = (all: readonly { began: boolean; ended: boolean }[]) =>
  all.filter(({ began, ended }) => began && !ended).length;

describe("calls to providers", () => {
  test("of one place leave half of the room to others", async () => {
    const { slots } = trial();
    const hanging = calls(slots, 100, () => "deaf");
    const other = call(slots, "fine");
    await turns();
    assert.equal(underWay(hanging), 24);
    assert.ok(other.began);
  });

  test("are never more than are bounded, however many places hang, and one that answers waits for none of them", async () => {
    const { slots, letHang } = trial();
    const hanging = calls(slots, 3_000, (number) => `deaf-${number % 1_000}`);
    for (let round = 0; round < 30; round += 1) {
      await turns(3);
      assert.ok(underWay(hanging) <= 72, `${underWay(hanging)} in round ${round}`);
      letHang();
    }
    await turns();
    assert.ok(underWay(hanging) <= 24, "all places are known to hang by now");
    for (let number = 0; number < 100; number += 1) {
      const one = call(slots, "fine");
      assert.ok(!one.ended);
      await turns(2);
      assert.ok(one.began, `call ${number}`);
      one.end();
      await turns(2);
    }
  });

  test("of places that nobody knows yet begin in their turn, though all before them hang", async () => {
    const { slots, letHang } = trial();
    calls(slots, 900, (number) => `deaf-${number % 300}`);
    const fine = call(slots, "fine");
    let patience = 0;
    for (; !fine.began; patience += 1) {
      await turns(3);
      letHang();
    }
    assert.ok(patience <= 1 + 300 / 48 + 1, `after ${patience} times ten seconds`);
  });

  test("begin again where a place hung, once one of them is answered in time", async () => {
    const { slots, letHang } = trial();
    const [first] = calls(slots, 1, () => "tired");
    await turns();
    letHang();
    assert.ok(slots.hangs("tired"));
    first?.end();
    await turns();
    assert.ok(slots.hangs("tired"), "late is not in time");
    const probes = calls(slots, 100, () => "tired");
    await turns();
    assert.equal(underWay(probes), 12);
    for (const probe of probes) probe.end();
    await turns();
    assert.ok(!slots.hangs("tired"));
    await turns();
    assert.equal(underWay(probes), 24);
  });

  test("of a place in which one hangs stay few, though others of it are answered", async () => {
    const { slots, letHang } = trial();
    call(slots, "half");
    await turns();
    letHang();
    const quick = call(slots, "half");
    await turns();
    quick.end();
    await turns();
    assert.ok(slots.hangs("half"));
  });

  test("that hang for longest are cut off first", async () => {
    const { slots, letHang } = trial();
    const old = calls(slots, 24, (number) => `old-${number}`);
    await turns();
    letHang();
    const [young] = calls(slots, 1, () => "young");
    await turns();
    letHang();
    await turns();
    assert.deepEqual(
      old.map(({ ended }) => ended),
      [true, ...Array.from({ length: 23 }, () => false)],
    );
    assert.ok(young && !young.ended);
  });

  test("leave the line when their time is over", async () => {
    const { slots } = trial();
    const hanging = calls(slots, 24, () => "deaf");
    const over = new AbortController();
    const late = call(slots, "deaf", over.signal);
    await turns();
    over.abort();
    await turns();
    assert.ok(late.ended && !late.began);
    const next = call(slots, "deaf");
    hanging[0]?.end();
    await turns();
    assert.ok(next.began, "nobody waits behind it");
    const tooLate = call(slots, "fine", over.signal);
    await turns();
    assert.ok(tooLate.ended && !tooLate.began);
  });
});
