import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { Change, Query, Store, StoredEvent, StoredRecord } from "@drett/core";
import { factOf } from "./changes.ts";

/** How long a store may take to serve in its feed what was committed, in milliseconds. */
export const PATIENCE = 5_000;

/** Commits what must be applied. */
export async function apply(store: Store, ...changes: Change[]): Promise<void> {
  const outcomes = await store.commit(changes);
  assert.deepEqual(
    outcomes,
    changes.map(() => "applied"),
  );
}

/** All pages of a query. */
export async function allPages(store: Store, query: Query): Promise<StoredRecord[][]> {
  const pages: StoredRecord[][] = [];
  const cursors = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    assert.ok(page.records.length <= query.limit, "a page is longer than its limit");
    assert.ok(cursor === undefined || page.records.length > 0, "`next` led to an empty page");
    pages.push([...page.records]);
    cursor = page.next;
    assert.ok(cursor === undefined || !cursors.has(cursor), "`next` leads in a circle");
    if (cursor !== undefined) cursors.add(cursor);
  } while (cursor !== undefined);
  return pages;
}

/** The ids of all that a query finds. */
export async function idsOf(store: Store, query: Partial<Query>): Promise<string[]> {
  const pages = await allPages(store, { order: "newest", limit: 100, ...query });
  return pages.flat().map(({ id }) => id);
}

export const sortedIdsOf = async (store: Store, query: Partial<Query>) => (await idsOf(store, query)).sort();

/** What the records hold, in an order of its own, for what comes in no order. */
export function told(records: readonly StoredRecord[]): StoredRecord[] {
  return records
    .map(({ kind, id, version, due, finding, since, body, until }) => ({
      kind,
      id,
      version,
      due,
      finding,
      since,
      body,
      ...(until !== undefined && { until }),
    }))
    .sort((a, b) => compare(`${a.kind} ${a.id}`, `${b.kind} ${b.id}`));
}

/** The same of what the changes wrote. */
export function written(...changes: readonly Change[]): StoredRecord[] {
  return told(
    changes.map(({ kind, id, expected, columns: { due, finding, since }, body, until }) => ({
      kind,
      id,
      version: expected + 1,
      due,
      finding,
      since,
      body,
      ...(until !== undefined && { until }),
    })),
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

export interface Feed {
  readonly events: readonly StoredEvent[];
  readonly cursor: string;
}

/** Reads on until so many events have come, and then once more: whatever is too much comes with them. */
export async function readFeed(
  store: Store,
  { count, after, limit = 100 }: { count: number; after?: string; limit?: number },
): Promise<Feed> {
  const deadline = performance.now() + PATIENCE;
  const events: StoredEvent[] = [];
  let cursor = after;
  for (;;) {
    const page = await store.events(cursor, limit);
    assert.ok(page.events.length <= limit, "a page of events is longer than its limit");
    const wasComplete = events.length >= count;
    events.push(...page.events);
    cursor = page.cursor;
    if (wasComplete) return { events, cursor };
    if (page.events.length > 0) continue;
    assert.ok(performance.now() < deadline, `the feed gave ${events.length} of ${count} events`);
    await wait(2);
  }
}

/** Which fact an event tells of. */
export const namesOf = (events: readonly StoredEvent[]): string[] =>
  events.map(({ kind, id, place }) => `${kind} ${id} ${place}`);

/** The same for the facts that changes bring, in their order. */
export const factsOf = (...changes: readonly Change[]): string[] =>
  changes.flatMap(({ kind, id, from, to }) =>
    Array.from({ length: to - from }, (_, offset) => `${kind} ${id} ${from + offset}`),
  );

/** Every event must carry the fact that it tells of. */
export function assertCarriesItsFact({ kind, id, place, fact }: StoredEvent): void {
  assert.deepEqual(JSON.parse(fact ?? "null"), factOf(kind, id, place));
}
