import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { type Change, resourceKey, type Store, type StoredEvent } from "@drett/core";
import { rewritten } from "./changes.ts";
import { PATIENCE } from "./reading.ts";

/** Commits all at once, each on its own, and returns those that were applied. */
export async function race(
  changes: readonly Change[],
  storeOf: (number: number) => Store,
): Promise<Change[]> {
  const outcomes = await Promise.all(changes.map((change, number) => storeOf(number).commit([change])));
  const flat = outcomes.flat();
  assert.deepEqual(
    flat.filter((outcome) => outcome !== "applied" && outcome !== "conflict"),
    [],
  );
  return changes.filter((_, number) => flat[number] === "applied");
}

/** Adds facts to the two records in one commit until so many got in. */
export async function contend(store: Store, records: [Change, Change], facts: number): Promise<void> {
  for (let written = 0; written < facts; ) {
    const keys = records.map(({ id }) => resourceKey(id));
    const loaded = await store.load(keys);
    const changes = records.map((record) => {
      const { version, body } = loaded.find(({ id }) => id === record.id) as {
        version: number;
        body: string;
      };
      const to = JSON.parse(body).length;
      return rewritten({ ...record, expected: version - 1, to });
    });
    const outcomes = await store.commit(changes);
    if (outcomes.includes("applied")) written++;
  }
}

/** Reads the feed page by page, beside whoever writes, until so many events have come. */
export async function follow(store: Store, count: number, limit: number): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  let cursor: string | undefined;
  let heard = performance.now();
  while (seen.length < count) {
    const page = await store.events(cursor, limit);
    seen.push(...page.events);
    cursor = page.cursor;
    if (page.events.length > 0) heard = performance.now();
    assert.ok(performance.now() - heard < PATIENCE, `the feed gave ${seen.length} of ${count} events`);
    await wait(1);
  }
  return seen;
}
