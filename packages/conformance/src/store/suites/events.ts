import assert from "node:assert/strict";
import { CursorRefused, type Store } from "@drett/core";
import { type created, createdAllocation, many, rewritten } from "../changes.ts";
import { apply, assertCarriesItsFact, factsOf, namesOf, readFeed } from "../reading.ts";
import { RUBBISH } from "../rubbish.ts";
import type { Suite } from "../subject.ts";

/** Some commits, one after the other, of one to four facts each. Returns what the feed has to tell. */
async function tell(store: Store, commits = 12, prefix = "r"): Promise<string[]> {
  const records: ReturnType<typeof created>[] = many(4, () => ({}), prefix);
  const names: string[] = [];
  for (let number = 0; number < commits; number++) {
    const place = number % records.length;
    const last = records[place] as (typeof records)[0];
    const change = number < records.length ? last : rewritten(last, {}, 1 + (number % 4));
    records[place] = change;
    await apply(store, change);
    names.push(...factsOf(change));
  }
  return names;
}

const refused = (store: Store, cursor: string) =>
  assert.rejects(
    store.events(cursor, 10),
    (error) => error instanceof CursorRefused && error.reason === "invalid",
    `cursor ${JSON.stringify(cursor)}`,
  );

export const events = {
  "tells one event for each fact, in the order of the commits": async ({ store }) => {
    const names = await tell(store, 40);
    const feed = await readFeed(store, { count: names.length });
    assert.deepEqual(namesOf(feed.events), names);
  },

  "tells the facts of a record in their order, also those of one commit": async ({ store }) => {
    const first = { ...rewritten(many(1)[0] as ReturnType<typeof created>, {}, 9), expected: 0, from: 0 };
    const group = createdAllocation("g");
    await apply(store, first, group);
    await apply(store, rewritten(group, {}, 3), rewritten(first, {}, 5));
    const { events } = await readFeed(store, { count: 19 });
    const ofOne = (kind: string) => events.filter((event) => event.kind === kind).map(({ place }) => place);
    assert.deepEqual(ofOne("resource"), [...Array(15).keys()]);
    assert.deepEqual(ofOne("allocation"), [...Array(4).keys()]);
    const ofFirstCommit = namesOf(events).slice(0, 11).sort();
    assert.deepEqual(ofFirstCommit, factsOf(first, group).sort());
  },

  "carries the fact": async ({ store }) => {
    const names = await tell(store);
    const { events } = await readFeed(store, { count: names.length });
    for (const event of events) assertCarriesItsFact(event);
  },

  "resumes from every cursor": async ({ store }) => {
    const names = await tell(store);
    const { events } = await readFeed(store, { count: names.length });
    for (const [place, { cursor }] of events.entries()) {
      const rest = names.slice(place + 1);
      const feed = await readFeed(store, { count: rest.length, after: cursor, limit: 1 + (place % 5) });
      assert.deepEqual(namesOf(feed.events), rest);
    }
  },

  "tells the same whatever the limit": async ({ store }) => {
    const names = await tell(store);
    for (const limit of [1, 2, 3, 7, names.length, 1000]) {
      const { events } = await readFeed(store, { count: names.length, limit });
      assert.deepEqual(namesOf(events), names, `${limit}`);
    }
  },

  "goes on from the cursor of a page as from that of its last event": async ({ store }) => {
    const names = await tell(store);
    await readFeed(store, { count: names.length });
    const page = await store.events(undefined, 5);
    const rest = names.slice(page.events.length);
    for (const after of [page.cursor, page.events.at(-1)?.cursor as string]) {
      const feed = await readFeed(store, { count: rest.length, after });
      assert.deepEqual(namesOf(feed.events), rest);
    }
  },

  "gives a cursor in an empty store, from which all is told later": async ({ store }) => {
    const { events, cursor } = await store.events(undefined, 10);
    assert.deepEqual(events, []);
    assert.equal(typeof cursor, "string");
    const names = await tell(store);
    const feed = await readFeed(store, { count: names.length, after: cursor });
    assert.deepEqual(namesOf(feed.events), names);
  },

  "goes on from the cursor of an empty page after later commits": async ({ store }) => {
    let { cursor } = await readFeed(store, { count: (await tell(store)).length });
    for (const prefix of ["s", "t", "u"]) {
      for (let poll = 0; poll < 3; poll++) {
        const page = await store.events(cursor, 10);
        assert.deepEqual(page.events, []);
        cursor = page.cursor;
      }
      const names = await tell(store, 6, prefix);
      const feed = await readFeed(store, { count: names.length, after: cursor });
      assert.deepEqual(namesOf(feed.events), names);
      cursor = feed.cursor;
    }
  },

  "refuses a cursor that is none": async ({ store }) => {
    await tell(store);
    const { next } = await store.query({ order: "newest", limit: 1 });
    for (const cursor of [...RUBBISH, next as string]) await refused(store, cursor);
  },

  "refuses the cursor of another store": async ({ store, fresh }) => {
    const names = await tell(store);
    const foreign = await fresh(async (other) => {
      const feed = await readFeed(other, { count: (await tell(other)).length });
      return feed.events[3]?.cursor as string;
    });
    await readFeed(store, { count: names.length });
    await refused(store, foreign);
  },
} satisfies Suite;
