import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS, MemoryStore } from "@drett/core";
import type { FoundFinding } from "../../src/webhooks/found.ts";
import { Message } from "../../src/webhooks/message.ts";
import { TargetRecord } from "../../src/webhooks/target-record.ts";
import { apart, joined, Told } from "../../src/webhooks/told.ts";
import type { Got } from "./receiver.ts";

const found = (number: number, text = "x"): FoundFinding => ({
  kind: number % 2 === 0 ? "zombie" : "over-ttl",
  says: text,
  remedy: text,
  since: "2026-11-23T09:30:00.000Z",
  record: "resource",
  id: `vm-${number}`,
  application: text,
  owner: text,
  type: text,
});

function messageOf(count: number, text?: string): Message {
  const message = new Message();
  for (let number = 0; number < count; number++) message.add(found(number, text));
  return message;
}

const dataOf = (message: Message) => (JSON.parse(message.payload(0)) as Pick<Got, "data">).data;

test("a message counts up to ten thousand findings, and says where there are more", () => {
  const byKind = [
    { kind: "zombie", count: 5_000 },
    { kind: "over-ttl", count: 5_000 },
  ];
  for (const [count, more] of [
    [10_000, false],
    [10_001, true],
    [25_000, true],
  ] as const) {
    const { findings, ...counts } = dataOf(messageOf(count));
    assert.deepEqual(counts, { count: 10_000, more, byKind });
    assert.equal(findings.length, 20);
  }
});

test("a finding that a walk comes by twice is counted once", () => {
  const message = messageOf(3);
  message.add(found(1));
  assert.equal(dataOf(message).count, 3);
});

test("the record of a target is bounded, whatever its findings say", async () => {
  for (const text of ["\\".repeat(1_024), '"'.repeat(1_024), "\u0001".repeat(1_024), "宇".repeat(1_024)]) {
    const store = new MemoryStore();
    const record = new TargetRecord(store, "team");
    await record.read();
    await record.introduce("team", "hooks.example.org");
    const message = messageOf(10_000, text);
    assert.ok(dataOf(message).findings.length > 0);
    const error = "\u0001".repeat(200);
    for (let number = 0; number < 25; number++) {
      const latest = {
        id: `msg_${crypto.randomUUID()}`,
        at: 0,
        findings: 10_000,
        attempts: 1,
        error,
        next: 1,
      };
      const payload = message.payload(0);
      assert.ok(await record.begin(record.kept ?? assert.fail(), latest, payload, joined(message.keys)));
    }
    const [stored] = await store.load([{ kind: "delivery", id: "webhook-team" }]);
    assert.ok(Buffer.byteLength(stored?.body ?? assert.fail()) < LIMITS.recordBytes);
  }
});

test("the pages of what was told are bounded, are filled up again, and are read as they were written", async () => {
  const store = new MemoryStore();
  const keys = (from: number, to: number) => [...messageOf(to).keys].slice(from);
  const told = new Told(store, "team");
  await told.read([]);
  const sizes = async () => {
    const pages = await store.load(
      [1, 2, 3, 4].map((page) => ({ kind: "delivery", id: `told-${page}-team` })),
    );
    return pages.map(({ body }) => apart((JSON.parse(body) as [{ keys: string }])[0].keys).length);
  };
  for (const [from, to] of [
    [0, 7_000],
    [7_000, 10_000],
  ] as const) {
    told.add(keys(from, to));
    await told.endWalk(keys(from, to));
  }
  const second = Array.from({ length: 8_000 }, (_, number) => String(number).padStart(12, "0"));
  told.add(second);
  for (const key of keys(0, 10_000)) assert.ok(told.has(key));
  await told.endWalk(second);
  assert.deepEqual(await sizes(), [10_000, 8_000]);
  const again = new Told(store, "team");
  await again.read(["the-last-one"]);
  for (const key of [...keys(0, 10_000), ...second, "the-last-one"]) assert.ok(again.has(key));
  assert.ok(!again.has("another-one-"));
  for (let walks = 0; walks < 3; walks++) {
    for (const key of second) again.has(key);
    await again.endWalk([]);
  }
  assert.deepEqual(await sizes(), [0, 8_000], "what was not come by has gone");
  again.add(keys(0, 500));
  await again.endWalk(keys(0, 500));
  assert.deepEqual(await sizes(), [500, 8_000]);
});

test("one walk that passes over a finding does not make it new", async () => {
  const told = new Told(new MemoryStore(), "team");
  await told.read([]);
  told.add(["aaaaaaaaaaaa"]);
  await told.endWalk(["aaaaaaaaaaaa"]);
  for (let rounds = 0; rounds < 3; rounds++) {
    assert.ok(told.has("aaaaaaaaaaaa"));
    await told.endWalk([]);
    await told.endWalk([]);
  }
  assert.ok(told.has("aaaaaaaaaaaa"));
});
