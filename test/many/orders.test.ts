import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RecordName } from "../crash/command.ts";
import { type FedFact, nameOfShown } from "../crash/feed.ts";
import type { ShownFact } from "../crash/recorded.ts";
import { backInTime, unlikeFeed, unlikeRecords } from "./orders.ts";

const record: RecordName = "resource a";
const other: RecordName = "resource b";

const shown = (kind: string): ShownFact => ({
  kind,
  at: "2026-11-24T00:00:00.000Z",
  arrival: "2026-11-24T00:00:00.000Z",
  actor: "local",
});

const fed = (of: RecordName, kind: string): FedFact => ({
  cursor: "",
  record: of,
  name: nameOfShown(of, shown(kind)),
});

const feed = [fed(record, "intent"), fed(other, "intent"), fed(record, "allocated"), fed(record, "freed")];
const [first, second, third, fourth] = feed as [FedFact, FedFact, FedFact, FedFact];

describe("the feed against the records", () => {
  const facts = new Map([
    [record, ["intent", "allocated", "freed"].map(shown)],
    [other, [shown("intent")]],
  ]);

  test("finds nothing where each record's facts come in its order", () => {
    assert.deepEqual(unlikeRecords({ feed, facts }), []);
    assert.deepEqual(unlikeRecords({ feed: [second, first, third, fourth], facts }), []);
  });

  test("finds facts that come in another order, or not at all", () => {
    assert.match(unlikeRecords({ feed: [first, second, fourth, third], facts }).join(), /resource a: fact 1/);
    assert.match(unlikeRecords({ feed: [first, third, fourth], facts }).join(), /resource b: fact 0/);
  });
});

describe("the feed against the clock", () => {
  const spansOf = (...spans: [fact: FedFact, sent: number, acknowledged: number][]) =>
    new Map(spans.map(([{ name }, sent, acknowledged]) => [name, { sent, acknowledged }]));

  test("takes facts that were under way together in any order", () => {
    const spans = spansOf([first, 0, 10], [third, 5, 15], [fourth, 2, 20]);
    assert.deepEqual(backInTime([first, third, fourth], spans), []);
    assert.deepEqual(backInTime([fourth, third, first], spans), []);
  });

  test("finds a fact behind one that was sent after it was acknowledged", () => {
    const spans = spansOf([first, 0, 10], [third, 11, 12], [fourth, 13, 14]);
    assert.deepEqual(backInTime([first, third, fourth], spans), []);
    assert.equal(backInTime([first, fourth, third], spans).length, 1);
    assert.equal(backInTime([fourth, third, first], spans).length, 2);
  });

  test("compares only facts of one record", () => {
    assert.deepEqual(backInTime([third, second], spansOf([second, 0, 10], [third, 11, 12])), []);
  });

  test("knows no end of what was never acknowledged", () => {
    const spans = spansOf([first, 0, Number.POSITIVE_INFINITY], [third, 11, 12]);
    assert.deepEqual(backInTime([third, first], spans), []);
  });
});

describe("what was read against the feed", () => {
  test("finds nothing where they are the same", () => assert.deepEqual(unlikeFeed(feed, feed), []));

  const wrong: { readonly [what: string]: readonly FedFact[] } = {
    "a fact that was skipped": [first, third, fourth],
    "a fact that was read twice": [first, second, second, third, fourth],
    "another order": [second, first, third, fourth],
    "a last fact that was not read": [first, second, third],
    "a last fact that was read twice": [...feed, fourth],
  };
  for (const [what, read] of Object.entries(wrong)) {
    test(`finds ${what}`, () => assert.equal(unlikeFeed(read, feed).length, 1));
  }
});
