import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UnderWay } from "./under-way.ts";

function trial() {
  const hanging = new Set<string>();
  const underWay = new UnderWay((place) => hanging.has(place));
  const ends: (() => void)[] = [];
  let number = 0;
  const begin = (place: string, id = `vm-${++number}`) =>
    underWay.begin(id, place, () => new Promise<void>((end) => ends.push(end)));
  const beginMany = (place: string, count = 2_000) =>
    Array.from({ length: count }, () => begin(place)).filter(Boolean).length;
  return { hanging, underWay, ends, begin, beginMany };
}

describe("what is under way", () => {
  test("at one place leaves half of the room to others, and they half of what is left", () => {
    const { beginMany } = trial();
    assert.deepEqual(
      ["a", "b", "c"].map((place) => beginMany(place)),
      [375, 188, 94],
    );
  });

  test("at places that hang takes nobody's room, and is little", () => {
    const { hanging, begin, beginMany } = trial();
    for (let number = 0; number < 30; number += 1) {
      beginMany(`deaf-${number}`);
      hanging.add(`deaf-${number}`);
      assert.ok(begin("fine"), `beside ${number + 1}`);
    }
    hanging.add("known");
    assert.equal(beginMany("known"), 12);
  });

  test("is one thing for a resource, and has an end", async () => {
    const { underWay, ends, begin } = trial();
    assert.ok(begin("a", "vm-1"));
    assert.ok(!begin("a", "vm-1"));
    ends[0]?.();
    await underWay.idle();
    assert.ok(begin("a", "vm-1"));
  });
});
