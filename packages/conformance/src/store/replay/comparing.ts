import assert from "node:assert/strict";
import type { Key, Query, Store, StoredEvent, StoredRecord } from "@drett/core";
import { allPages, type Feed, readFeed, told } from "../reading.ts";
import type { Reference } from "./reference.ts";

/** The reference and the store under test, to which the same is done. */
export interface Pair {
  readonly reference: Reference;
  readonly store: Store;
}

export async function compareLoads({ reference, store }: Pair, keys: readonly Key[]): Promise<void> {
  assert.deepEqual(
    told(await store.load(keys)),
    told(await reference.load(keys)),
    `load ${JSON.stringify(keys)}`,
  );
}

/** All pages: as many, the same records, in an order that differs only where the port leaves it open. */
export async function compareQueries({ reference, store }: Pair, query: Query): Promise<void> {
  const expected = await allPages(reference, query);
  const actual = await allPages(store, query);
  const placeOf = (record: StoredRecord) => placesOf(reference)[query.order](record);
  const what = `query ${JSON.stringify(query)}`;
  assert.deepEqual(told(actual.flat()), told(expected.flat()), what);
  assert.deepEqual(actual.flat().map(placeOf), expected.flat().map(placeOf), `${what}: order`);
  assert.deepEqual(
    actual.map(({ length }) => length),
    expected.map(({ length }) => length),
    `${what}: pages`,
  );
}

const placesOf = (reference: Reference) => ({
  newest: (record: StoredRecord) => reference.commitOf(record),
  oldest: (record: StoredRecord) => reference.commitOf(record),
  finding: ({ finding, since }: StoredRecord) => `${finding} ${since}`,
  due: ({ due }: StoredRecord) => due,
  until: ({ until }: StoredRecord) => until,
});

/** Where both have been read up to; cursors are compared by what they lead to. */
export interface Bookmark {
  readonly reference?: string;
  readonly store?: string;
}

export async function compareFeeds(
  { reference, store }: Pair,
  { from, limit }: { from: Bookmark; limit: number },
): Promise<Bookmark> {
  const expected = await readFeed(reference, { count: 0, ...after(from.reference), limit: 100_000 });
  const actual = await readFeed(store, { count: expected.events.length, ...after(from.store), limit });
  const sorted = (feed: Feed) => byCommit(reference, feed.events);
  assert.deepEqual(sorted(actual), sorted(expected), "the feed");
  const commits = actual.events.map((event) => reference.commitOfFact(event) as number);
  assert.deepEqual(
    commits,
    commits.toSorted((a, b) => a - b),
    "the feed: order of the commits",
  );
  return { reference: expected.cursor, store: actual.cursor };
}

const after = (cursor: string | undefined) => (cursor === undefined ? {} : { after: cursor });

/** The events of one commit record by record, those of a record as they came. */
function byCommit(reference: Reference, events: readonly StoredEvent[]) {
  return events
    .map((event) => ({
      name: `${event.kind} ${event.id}`,
      commit: reference.commitOfFact(event) ?? 0,
      event,
    }))
    .sort((a, b) => a.commit - b.commit || a.name.localeCompare(b.name))
    .map(({ commit, event: { kind, id, place, fact } }) => ({
      commit,
      kind,
      id,
      place,
      fact: JSON.parse(fact ?? "null"),
    }));
}

/** Everything that can be asked of both, by every value that a column ever had. */
export async function compareAll(pair: Pair): Promise<void> {
  for (const order of ["newest", "oldest", "finding", "due", "until"] as const) {
    await compareQueries(pair, { order, limit: 7 });
  }
  for (const filter of pair.reference.filters()) {
    await compareQueries(pair, { ...filter, order: "newest", limit: 1000 });
    for (const tag of filter.tags ?? []) await compareLoads(pair, [{ kind: "tag", tag }]);
  }
  await compareFeeds(pair, { from: {}, limit: 1000 });
}
