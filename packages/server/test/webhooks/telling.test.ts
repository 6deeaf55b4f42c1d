import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore, proposePlan, type Query } from "@drett/core";
import { intent, START } from "../support/test-server.ts";
import { Receiver } from "./receiver.ts";
import { Teller, targetAt } from "./teller.ts";

/** Takes a time of its own for each query. */
class SlowStore extends MemoryStore {
  each = 0;
  spent = 0;
  override query(query: Query) {
    this.spent += this.each;
    return super.query(query);
  }
}

test("what is newly found comes in one message, with what a person needs to act", async (t) => {
  const teller = await Teller.open(t);
  const { receiver } = teller;
  const price = { amount: 0.5, currency: "EUR", per: "hour" };
  await teller.tell("register-intent", { id: "vm-1", ...intent, ttlSeconds: 60, price });
  await teller.tell("report-allocated", { id: "vm-1", externalId: "i-1" });
  await teller.tell("register-intent", { id: "vm-2", ...intent });
  await teller.tell("report-unknown", { id: "vm-2", reason: "the reply did not come" });
  await teller.passes(3_600);
  await teller.lose("vm-3");
  await teller.turn();
  assert.equal(receiver.got.length, 1);
  const [{ payload, headers, data } = assert.fail()] = receiver.got;
  assert.equal(headers["content-type"], "application/json");
  assert.match(
    payload,
    /^\{"type":"findings.new","timestamp":"2026-11-23T10:30:01.000Z","data":\{"count":3,/,
  );
  assert.deepEqual(data.byKind, [
    { kind: "unknown-outcome", count: 1 },
    { kind: "over-ttl", count: 1 },
    { kind: "overdue-intent", count: 1 },
  ]);
  const [unknown, overTtl] = data.findings;
  assert.equal(
    Object.keys(unknown ?? {}).join(" "),
    "kind says remedy since record id application owner type",
  );
  assert.match(String(unknown?.says), /the reply did not come/);
  assert.deepEqual([unknown?.record, unknown?.id, unknown?.owner], ["resource", "vm-2", "lpds"]);
  assert.deepEqual(overTtl?.cost, { currency: "EUR", perHour: 0.5, soFar: 0.5001388888888889 });
});

test("what was told is not told again, however often it is looked at, and by whom", async (t) => {
  const teller = await Teller.open(t);
  await teller.lose("vm-1", "vm-2");
  for (let turns = 0; turns < 5; turns++) await teller.turn(120);
  const restarted = await Teller.open(t, { store: teller.server.store, receiver: teller.receiver });
  restarted.server.clock.advance(3_600);
  for (let turns = 0; turns < 3; turns++) await restarted.turn(120);
  await teller.lose("vm-3");
  await teller.turn(60);
  for (let turns = 0; turns < 3; turns++) await restarted.turn(120);
  assert.deepEqual(teller.receiver.told, [["vm-1", "vm-2"], ["vm-3"]]);
});

test("what has passed and come back is told anew", async (t) => {
  const teller = await Teller.open(t);
  const { server, receiver } = teller;
  await teller.tell("register-intent", { id: "vm-1", ...intent, ttlSeconds: 60 });
  await teller.tell("report-allocated", { id: "vm-1", externalId: "i-1" });
  await teller.passes(61);
  await teller.turn();
  await teller.tell("extend", { id: "vm-1", until: new Date(server.clock.now() + 600_000).toISOString() });
  await teller.turn(120);
  assert.equal(receiver.got.length, 1);
  await teller.passes(600);
  await teller.turn();
  assert.deepEqual(
    receiver.got.map(({ data }) => data.findings.map(({ kind, id }) => `${kind} ${id}`)),
    [["over-ttl vm-1"], ["over-ttl vm-1"]],
  );
});

test("what is found beside something worse on the same record is told, too", async (t) => {
  const teller = await Teller.open(t);
  await teller.lose("vm-1");
  await teller.turn();
  const until = new Date(teller.server.clock.now() + 60_000).toISOString();
  await teller.tell("hold", { id: "vm-1", hold: "keep", until, reason: "in use" });
  await teller.turn(50);
  await teller.passes(20);
  await teller.turn();
  await teller.turn(120);
  assert.deepEqual(
    teller.receiver.got.map(({ data }) => data.findings.map(({ kind }) => kind)),
    [["overdue-intent"], ["hold-ended"]],
  );
});

test("a target is told of the kinds and the applications that it names, and of no others", async (t) => {
  const [all, some, other] = [await Receiver.open(t), await Receiver.open(t), await Receiver.open(t)];
  const targets = [
    targetAt(all, { name: "all" }),
    targetAt(some, { name: "some", kinds: new Set(["unknown-outcome"]) }),
    targetAt(other, { name: "other", applications: new Set(["farm"]) }),
  ];
  const teller = await Teller.open(t, { receiver: all, targets });
  for (const [id, application] of [
    ["unknown", "probe"],
    ["theirs", "farm"],
  ] as const) {
    await teller.tell("register-intent", { id, ...intent, application });
    await teller.tell("report-unknown", { id, reason: "?" });
  }
  await teller.lose("lost");
  await teller.turn();
  assert.deepEqual(all.told, [["unknown", "theirs", "lost"]]);
  assert.deepEqual(some.told, [["unknown", "theirs"]]);
  assert.deepEqual(other.told, [["theirs"]]);
});

test("freezes and plans are told, to whoever is told of all applications", async (t) => {
  const [all, some] = [await Receiver.open(t), await Receiver.open(t)];
  const targets = [
    targetAt(all, { name: "all" }),
    targetAt(some, { name: "some", applications: new Set(["probe"]) }),
  ];
  const teller = await Teller.open(t, { receiver: all, targets });
  await teller.tell("freeze", { id: "stop", reason: "the provider is ill" });
  const item = { resource: "vm-1", version: 2, externalIds: ["i-1"], ...intent, says: "It is lost." };
  const cost = [{ currency: "EUR", perHour: 0.5 }];
  const plan = { id: "p-1", policy: "ask", items: [item], hash: "abc", cost, expires: START + 86_400_000 };
  await teller.server.engine.submit(proposePlan, plan, "drett");
  await teller.turn();
  assert.deepEqual(
    all.got.map(({ data }) => data.findings.map(({ kind, record, id }) => [kind, record, id])),
    [
      [
        ["frozen", "freeze", "stop"],
        ["plan-waiting", "plan", "p-1"],
      ],
    ],
  );
  assert.deepEqual(all.got[0]?.data.findings[1]?.cost, cost);
  assert.deepEqual(some.got, []);
});

test("messages keep their distance; what is found meanwhile comes together in the next one", async (t) => {
  const teller = await Teller.open(t, { target: { everyMs: 300_000 } });
  for (const id of ["vm-1", "vm-2", "vm-3"]) {
    await teller.lose(id);
    await teller.turn(20);
  }
  assert.deepEqual(teller.receiver.told, [["vm-1"]]);
  const pause = await teller.turn(200);
  assert.deepEqual(teller.receiver.told, [["vm-1"]]);
  assert.equal(pause, 10_000, "other servers are heard meanwhile");
  await teller.turn(80);
  assert.deepEqual(teller.receiver.told, [["vm-1"], ["vm-2", "vm-3"]]);
});

test("the distance is that from the delivery, however long that took", async (t) => {
  const teller = await Teller.open(t, { target: { everyMs: 300_000 } });
  teller.receiver.answers(500);
  await teller.lose("vm-1");
  await teller.turn();
  teller.receiver.answers(200);
  await teller.turn(1_000);
  await teller.lose("vm-2");
  await teller.turn(290);
  assert.deepEqual(teller.receiver.told, [["vm-1"], ["vm-1"]]);
  await teller.turn(10);
  assert.deepEqual(teller.receiver.told, [["vm-1"], ["vm-1"], ["vm-2"]]);
});

test("what is found is looked at every ten seconds, and less often where that takes long", async (t) => {
  const store = new SlowStore();
  const monotonic = () => teller.server.clock.now() + store.spent;
  const teller: Teller = await Teller.open(t, { store, monotonic, target: { everyMs: 1_000 } });
  for (const [millisecondsAQuery, soon, later] of [
    [0, 9, 10],
    [30_000, 110, 120],
  ] as const) {
    await teller.turn(1_000);
    store.each = millisecondsAQuery;
    await teller.turn(1_000);
    store.each = 0;
    const before = teller.receiver.got.length;
    await teller.lose(`vm-${soon}`);
    await teller.turn(soon - 1);
    assert.equal(teller.receiver.got.length, before, `not yet after ${soon} s`);
    await teller.turn(later - soon);
    assert.equal(teller.receiver.got.length, before + 1, `after ${later} s`);
  }
});

test("of many findings the first stand in the message, and all are counted and told", async (t) => {
  const teller = await Teller.open(t);
  await teller.lose(...Array.from({ length: 230 }, (_, number) => `vm-${number}`));
  await teller.turn();
  await teller.turn(60);
  const { got } = teller.receiver;
  assert.deepEqual(
    got.map(({ data }) => [data.count, data.more, data.findings.length, data.byKind]),
    [[230, false, 20, [{ kind: "overdue-intent", count: 230 }]]],
  );
});

test("what no longer is found leaves the pages of what was told", async (t) => {
  const teller = await Teller.open(t);
  const { store } = teller.server;
  const keys = async () => {
    const [page] = await store.load([{ kind: "delivery", id: "told-1-team" }]);
    return page === undefined ? 0 : (JSON.parse(page.body) as [{ keys: string }])[0].keys.length / 12;
  };
  await teller.lose("vm-1", "vm-2");
  await teller.turn();
  await teller.lose("vm-3");
  await teller.turn(60);
  assert.equal(await keys(), 2, "those of the first message");
  for (const id of ["vm-1", "vm-2"]) {
    await teller.tell("report-failed", { id, reason: "quota", allAttempts: true });
  }
  await teller.turn(60);
  await teller.turn(60);
  assert.equal(await keys(), 0);
  assert.deepEqual(teller.receiver.told, [["vm-1", "vm-2"], ["vm-3"]]);
});

test("a target is known before it was told anything", async (t) => {
  const teller = await Teller.open(t);
  await teller.turn();
  const { host } = new URL(teller.receiver.url);
  assert.deepEqual(await teller.list(), [{ name: "team", host, deliveries: [] }]);
});
