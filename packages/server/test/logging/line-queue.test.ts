import assert from "node:assert/strict";
import { test } from "node:test";
import type { Channel } from "../../src/logging/channel.ts";
import { LineQueue } from "../../src/logging/line-queue.ts";

/** A place that takes what it is told to take. */
class Place implements Channel {
  readonly batches: (readonly string[])[] = [];
  readonly attempts: (readonly string[])[] = [];
  fails = false;
  closed = false;
  #held = Promise.withResolvers<void>();
  #heard: () => void = () => {};

  constructor() {
    this.#held.resolve();
  }

  hold(): () => void {
    this.#held = Promise.withResolvers<void>();
    return this.#held.resolve;
  }

  async send(lines: readonly string[]): Promise<void> {
    this.attempts.push(lines);
    this.#heard();
    await this.#held.promise;
    if (this.fails) throw new Error("it is full");
    this.batches.push(lines);
    this.#heard();
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((resolve) => (this.#heard = resolve));
  }
}

function queueTo(place: Place, limit?: number) {
  const troubles: string[] = [];
  const queue = new LineQueue({
    channel: place,
    retryMs: 1,
    ...(limit === undefined ? {} : { limit }),
    gap: (dropped) => `${dropped} missing`,
    onTrouble: (error) => void troubles.push(error.message),
  });
  return { queue, troubles };
}

test("lines of one turn travel together, in their order; later ones while the first are on their way", async () => {
  const place = new Place();
  const { queue } = queueTo(place);
  const release = place.hold();
  queue.push("a");
  queue.push("b");
  await place.until(() => place.attempts.length === 1);
  queue.push("c");
  queue.push("d");
  release();
  await queue.close(1_000);
  assert.deepEqual(place.batches, [
    ["a", "b"],
    ["c", "d"],
  ]);
  assert.equal(place.closed, true);
});

test("a long batch is divided", async () => {
  const place = new Place();
  const { queue } = queueTo(place);
  const line = "x".repeat(160_000);
  for (let count = 0; count < 3; count++) queue.push(line);
  queue.push("y".repeat(400_000));
  await queue.close(1_000);
  assert.deepEqual(
    place.batches.map((batch) => batch.map(({ length }) => length)),
    [[160_000], [160_000], [160_000], [400_000]],
  );
});

test("a batch that fails comes again until it is through, and nothing overtakes it", async () => {
  const place = new Place();
  const { queue, troubles } = queueTo(place);
  place.fails = true;
  queue.push("a");
  await place.until(() => place.attempts.length === 3);
  queue.push("b");
  place.fails = false;
  await place.until(() => place.batches.length === 2);
  assert.deepEqual(place.batches, [["a"], ["b"]]);
  assert.deepEqual(new Set(troubles), new Set(["it is full"]));
  assert.equal(queue.dropped, 0);
});

test("what is beyond the limit is dropped and counted, and its place tells how many are missing", async () => {
  const place = new Place();
  const { queue } = queueTo(place, 20);
  const release = place.hold();
  for (let count = 0; count < 1_000; count++) queue.push("12345");
  await place.until(() => place.attempts.length === 1);
  assert.equal(queue.dropped, 996);
  release();
  await place.until(() => place.batches.length === 2);
  queue.push("later");
  await queue.close(1_000);
  assert.deepEqual(place.batches, [Array(4).fill("12345"), ["996 missing"], ["later"]]);
});

test("a close does not wait for a place that does not answer", async () => {
  const place = new Place();
  const { queue } = queueTo(place);
  place.hold();
  queue.push("a");
  await queue.close(1);
  assert.equal(place.closed, false);
});

test("a close tries once more, then gives up and counts what is lost", async () => {
  const place = new Place();
  const { queue } = queueTo(place);
  place.fails = true;
  queue.push("a");
  await place.until(() => place.attempts.length === 1);
  queue.push("b");
  await queue.close(5_000);
  assert.equal(queue.dropped, 2);
  assert.equal(place.closed, true);
  queue.push("c");
  assert.equal(queue.dropped, 3);
});
