import assert from "node:assert/strict";
import { test } from "node:test";
import { isRefusal } from "../domain/command.ts";
import { allocated, intended, unknown } from "../domain/testing/given.ts";
import type { Engine } from "../engine/engine.ts";
import { engineOn, hear } from "../engine/testing/engines.ts";
import { MemoryStore } from "../memory-store/memory-store.ts";
import { FindingsCount } from "./findings-count.ts";
import { summarizeFindings } from "./summarize-findings.ts";

async function summary(engine: Engine) {
  const answer = await engine.read(summarizeFindings, {}, "tester");
  assert.ok(!isRefusal(answer));
  return answer.reply;
}

const overdue = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, place) => intended({ id: `vm-${from + place}` }).at(0));

test("the summary tells what is wrong by kind, application, owner and type, and what it costs in each currency", async () => {
  const { engine } = engineOn(new MemoryStore());
  const price = (amount: number, currency: string) => ({ price: { amount, currency, per: "hour" as const } });
  const told = [
    intended({ id: "vm-1", ttlSeconds: 60, ...price(2, "EUR") }).at(0),
    allocated("i-1").at(30),
    intended({ id: "vm-2", type: "disk", application: "farm", ...price(3, "USD") }).at(0),
    unknown({ id: "vm-2" }).at(10),
    intended({ id: "vm-3", owner: "other" }).at(0),
    intended({ id: "fine", timeoutSeconds: 36_000 }).at(0),
  ];
  for (const saying of told) await hear(engine, saying);
  assert.deepEqual(await summary(engine), {
    count: 3,
    capped: false,
    oldest: "2026-11-23T12:10:00.000Z",
    byKind: [
      { kind: "unknown-outcome", count: 1, oldest: "2026-11-23T12:10:00.000Z" },
      { kind: "over-ttl", count: 1, oldest: "2026-11-23T12:31:00.000Z" },
      { kind: "overdue-intent", count: 1, oldest: "2026-11-23T12:10:00.000Z" },
    ],
    byApplication: [
      { name: "farm", count: 1 },
      { name: "probe", count: 2 },
    ].toReversed(),
    byOwner: [
      { name: "lpds", count: 2 },
      { name: "other", count: 1 },
    ],
    byType: [
      { name: "vm", count: 2 },
      { name: "disk", count: 1 },
    ],
    costs: [
      { currency: "USD", perHour: 3, soFar: 3 },
      { currency: "EUR", perHour: 2, soFar: 1 },
    ],
    unpriced: 1,
    asOf: "2026-11-23T13:00:00.000Z",
    now: "2026-11-23T13:00:00.000Z",
  });
});

test("a sum has no tail that comes of how numbers are kept", async () => {
  const { engine } = engineOn(new MemoryStore());
  for (const [place, amount] of [0.1, 0.2].entries()) {
    const price = { amount, currency: "EUR", per: "hour" as const };
    await hear(engine, intended({ id: `vm-${place}`, timeoutSeconds: 0, price }).at(0));
  }
  const { costs } = await summary(engine);
  assert.deepEqual(costs, [{ currency: "EUR", perHour: 0.3, soFar: 0.3 }]);
});

test("beyond what is counted while somebody waits, it says so until all is counted, and then as of when", async () => {
  const store = new MemoryStore();
  const { engine, clock } = engineOn(store);
  await Promise.all(overdue(0, 10_001).map((saying) => hear(engine, saying)));
  const { count, capped } = await summary(engine);
  assert.deepEqual([count, capped], [10_000, true]);

  await engine.countFindings();
  clock.minutes += 1;
  await Promise.all(overdue(10_001, 10_010).map((saying) => hear(engine, saying)));
  const counted = await summary(engine);
  assert.deepEqual([counted.count, counted.capped], [10_001, false]);
  assert.deepEqual([counted.asOf, counted.now], ["2026-11-23T13:00:00.000Z", "2026-11-23T13:01:00.000Z"]);

  await assert.rejects(engine.countFindings(AbortSignal.abort()), { name: "AbortError" });
  assert.equal((await summary(engine)).count, 10_001, "a count that was broken off tells nothing");
  await engine.countFindings();
  assert.equal((await summary(engine)).count, 10_010);
});

test("what is few is counted anew each time", async () => {
  const { engine } = engineOn(new MemoryStore());
  await hear(engine, intended({ id: "vm-1" }).at(0));
  await engine.countFindings();
  await hear(engine, intended({ id: "vm-2" }).at(0));
  assert.equal((await summary(engine)).count, 2);
});

test("a count is told only to whoever sees all that was counted", async () => {
  const store = new MemoryStore();
  const { engine } = engineOn(store);
  await Promise.all(overdue(0, 10_001).map((saying) => hear(engine, saying)));
  const count = new FindingsCount(store);
  await count.renew(0);
  assert.equal(count.of(store)?.count, 10_001);
  assert.equal(count.of(new MemoryStore()), undefined);
});
