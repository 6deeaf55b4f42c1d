import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { flushName, type Group } from "../src/marks.ts";
import { Writer } from "../src/writer.ts";

const fact = (flush: string, place: number, record = "resource/x"): Group => ({
  flush,
  from: place,
  to: place + 1,
  records: [record],
});

describe("what a writer tells", () => {
  it("ends before what comes after another's facts that came after its own", () => {
    const writer = new Writer("own");
    const [first, second] = [writer.begin(), writer.begin()];
    const others = fact(flushName("other", 1), 1);
    writer.end(first, { groups: [fact(first, 0)], before: [] });
    writer.end(second, { groups: [fact(second, 2)], before: [fact(first, 0), others] });
    // In a chunk, what others brought comes before what it brought itself.
    assert.deepEqual(writer.next(100), { groups: [fact(first, 0)], before: [], upTo: 1 });
    writer.told(1);
    const rest = { groups: [fact(second, 2)], before: [fact(first, 0), others], upTo: 2 };
    assert.deepEqual(writer.next(100), rest);
  });

  it("goes on over what others brought to other records, and what it brought itself", () => {
    const writer = new Writer("own");
    const [first, second] = [writer.begin(), writer.begin()];
    const others = fact(flushName("other", 1), 0, "resource/y");
    writer.end(first, { groups: [fact(first, 0)], before: [] });
    const groups = [fact(second, 1), fact(second, 1, "resource/y")];
    writer.end(second, { groups, before: [fact(first, 0), others] });
    assert.equal(writer.next(100)?.upTo, 2);
  });

  it("goes on over what others brought before all of its own", () => {
    const writer = new Writer("own");
    const [first, second] = [writer.begin(), writer.begin()];
    const others = fact(flushName("other", 1), 0);
    writer.end(first, { groups: [fact(first, 1)], before: [others] });
    writer.end(second, { groups: [fact(second, 2)], before: [others, fact(first, 1)] });
    assert.equal(writer.next(100)?.upTo, 2);
  });

  it("ends before a flush that is under way", () => {
    const writer = new Writer("own");
    const [first, second] = [writer.begin(), writer.begin()];
    writer.end(second, { groups: [fact(second, 0)], before: [] });
    assert.equal(writer.next(100), undefined);
    writer.end(first, { groups: [], before: [] });
    assert.equal(writer.next(100)?.upTo, 2);
  });
});
