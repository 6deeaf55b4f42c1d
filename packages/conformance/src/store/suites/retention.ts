import assert from "node:assert/strict";
import { CursorRefused, resourceKey, type Store, tagKey } from "@drett/core";
import { buried, created, gone, many, rewritten } from "../changes.ts";
import { apply, factsOf, idsOf, namesOf, readFeed, told, written } from "../reading.ts";
import type { Suite } from "../subject.ts";

const ALL = { due: 1, finding: 20, since: 1, owner: "me", type: "vm", module: "m", tags: ["t"] } as const;
const ORDERS = ["newest", "oldest", "finding", "due"] as const;

const tombstonesOf = (store: Store) => idsOf(store, { order: "until", limit: 3 });

/** Commits of one fact each, told in two parts at least, and the cursor after each of them. */
async function tell(store: Store, commits: number): Promise<{ names: string[]; cursors: string[] }> {
  const changes = many(commits);
  for (const [place, change] of changes.entries()) {
    await apply(store, change);
    if (place === commits >> 1) await readFeed(store, { count: place + 1 });
  }
  const { events } = await readFeed(store, { count: commits });
  return { names: factsOf(...changes), cursors: events.map(({ cursor }) => cursor) };
}

const isExpired = (error: unknown) => error instanceof CursorRefused && error.reason === "expired";

/** What can be read after a cursor: what follows in full, or a refusal that says that it is no longer kept. */
async function assertWholeOrExpired(store: Store, cursor: string, rest: readonly string[]): Promise<boolean> {
  try {
    const page = await store.events(cursor, 1000);
    assert.deepEqual(namesOf(page.events), rest);
    return true;
  } catch (error) {
    if (!isExpired(error)) throw error;
    return false;
  }
}

export const retention = {
  "puts a tombstone in the place of a record": async ({ store }) => {
    for (const kind of ["resource", "allocation", "session"] as const) {
      const first = created("a", ALL, kind);
      const tombstone = buried(first, 7);
      await apply(store, first);
      await apply(store, tombstone);
      assert.deepEqual(told(await store.load([{ kind, id: "a" }])), written(tombstone));
    }
  },

  "finds a tombstone by its key, and by when it may go, and by nothing else": async ({ store }) => {
    const [first, other] = [created("a", { ...ALL, allocation: "g" }), created("b", ALL)];
    await apply(store, first, other);
    await apply(store, buried(first, 7));
    for (const order of ORDERS) {
      assert.deepEqual(await idsOf(store, { order }), ["b"], order);
      assert.deepEqual(await idsOf(store, { order, kind: "resource" }), ["b"], order);
    }
    assert.deepEqual(await idsOf(store, { where: { state: "pruned" } }), []);
    assert.deepEqual(await idsOf(store, { where: { allocation: "g" } }), []);
    assert.deepEqual(await idsOf(store, { tags: ["t"] }), ["b"]);
    assert.deepEqual(told(await store.load([tagKey("t")])), written(other));
    assert.deepEqual(await tombstonesOf(store), ["a"]);
  },

  "lists tombstones by when they may go, page by page": async ({ store }) => {
    const firsts = many(20);
    await apply(store, ...firsts);
    await apply(store, ...firsts.slice(0, 17).map((first, number) => buried(first, 100 - number)));
    assert.deepEqual(
      await tombstonesOf(store),
      firsts
        .slice(0, 17)
        .map(({ id }) => id)
        .toReversed(),
    );
    assert.deepEqual(await idsOf(store, { order: "until", kind: "allocation" }), []);
    assert.equal((await idsOf(store, { order: "until", kind: "resource" })).length, 17);
  },

  "buries a record only at its version": async ({ store }) => {
    const first = created("a");
    const second = rewritten(first);
    await apply(store, first);
    await apply(store, second);
    assert.deepEqual(await store.commit([buried(first, 7)]), ["conflict"]);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(second));
    await apply(store, buried(second, 7));
    assert.deepEqual(await store.commit([rewritten(second)]), ["conflict"]);
  },

  "has nobody create what was buried": async ({ store }) => {
    const first = created("a");
    await apply(store, first);
    const tombstone = buried(first, 7);
    await apply(store, tombstone);
    assert.deepEqual(await store.commit([created("a")]), ["conflict"]);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(tombstone));
  },

  "takes a tombstone where there was no record": async ({ store }) => {
    const { expected, ...tombstone } = buried(created("a"), 7);
    const restored = { ...tombstone, expected: 0, from: 0, to: 0 };
    await apply(store, restored);
    assert.deepEqual(told(await store.load([resourceKey("a")])), written(restored));
    assert.deepEqual(await store.commit([created("a")]), ["conflict"]);
    assert.deepEqual(await tombstonesOf(store), ["a"]);
  },

  "tells that there were facts which went with their record": async ({ store }) => {
    const first = created("a");
    await apply(store, first);
    await apply(store, rewritten(first), created("b"));
    await apply(store, buried(rewritten(first), 7));
    const { events } = await readFeed(store, { count: 3 });
    const facts = new Map(events.map((event) => [namesOf([event])[0], event.fact === null]));
    assert.deepEqual(
      facts,
      new Map([
        ["resource a 0", true],
        ["resource a 1", true],
        ["resource b 0", false],
      ]),
    );
  },

  "takes away a tombstone, only at its version, and the id is free again": async ({ store }) => {
    const { cursors } = await tell(store, 3);
    const [first] = many(1) as [ReturnType<typeof created>];
    const tombstone = buried(first, 7);
    await apply(store, tombstone);
    await store.trim(cursors.at(-1) as string);
    assert.deepEqual(await store.commit([gone(first)]), ["conflict"]);
    await apply(store, gone(tombstone));
    assert.deepEqual(await store.commit([gone(tombstone)]), ["conflict"]);
    assert.deepEqual(await store.load([resourceKey(first.id)]), []);
    assert.deepEqual(await tombstonesOf(store), []);
    await apply(store, created(first.id, { tags: ["again"] }));
    assert.deepEqual(await idsOf(store, { tags: ["again"] }), [first.id]);
  },

  "takes away a record without facts, only at its version": async ({ store }) => {
    const first = { ...created("a", { tags: ["hearing"] }, "hearing"), body: "[{}]", to: 0 };
    await apply(store, first);
    assert.deepEqual(await store.commit([{ ...gone(first), expected: 7 }]), ["conflict"]);
    await apply(store, gone(first));
    assert.deepEqual(await store.load([{ kind: "hearing", id: "a" }, tagKey("hearing")]), []);
    await apply(store, first);
  },

  "answers burials and departures among other changes, each in its place": async ({ store }) => {
    const firsts = many(4);
    await apply(store, ...firsts);
    const { events } = await readFeed(store, { count: 4 });
    const [a, b, c, d] = firsts as [
      (typeof firsts)[0],
      (typeof firsts)[0],
      (typeof firsts)[0],
      (typeof firsts)[0],
    ];
    await apply(store, buried(a, 7));
    await store.trim(events.at(-1)?.cursor as string);
    const changes = [
      gone(b),
      gone(buried(a, 7)),
      rewritten(c),
      { ...buried(d, 8), expected: 3 },
      created("n"),
    ];
    assert.deepEqual(await store.commit([{ ...gone(b), expected: 9 }, ...changes.slice(1)]), [
      "conflict",
      "applied",
      "applied",
      "conflict",
      "applied",
    ]);
  },

  "keeps what follows the place up to which it was trimmed": async ({ store }) => {
    const { names, cursors } = await tell(store, 30);
    const at = 19;
    await store.trim(cursors[at] as string);
    const { events } = await store.events(undefined, 1000);
    const kept = namesOf(events);
    assert.deepEqual(kept, names.slice(names.length - kept.length));
    assert.ok(kept.length >= names.length - at - 1, `${kept.length} are left`);
    for (const [place, cursor] of cursors.entries()) {
      const isWhole = await assertWholeOrExpired(store, cursor, names.slice(place + 1));
      assert.equal(isWhole, place + 1 >= names.length - kept.length, `cursor ${place}`);
    }
  },

  "refuses the cursor of an empty store once something was trimmed": async ({ store }) => {
    const { cursor } = await store.events(undefined, 10);
    const { names, cursors } = await tell(store, 30);
    await store.trim(cursors.at(-2) as string);
    const { events } = await store.events(undefined, 1000);
    assert.ok(events.length < names.length, "nothing was trimmed");
    await assert.rejects(store.events(cursor, 10), isExpired);
  },

  "goes on after everything was trimmed": async ({ store }) => {
    const { cursors } = await tell(store, 30);
    const last = cursors.at(-1) as string;
    await store.trim(last);
    const fresh = await store.events(undefined, 1000);
    assert.ok(fresh.events.length < cursors.length, "nothing was trimmed");
    const later = created("later");
    await apply(store, later);
    for (const after of [last, fresh.cursor]) {
      const feed = await readFeed(store, { count: 1, after });
      assert.deepEqual(namesOf(feed.events), factsOf(later));
    }
  },

  "trims a second time what it has trimmed, and changes nothing": async ({ store }) => {
    const { names, cursors } = await tell(store, 20);
    const trimmed = await store.trim(cursors[14] as string);
    const before = namesOf((await store.events(undefined, 1000)).events);
    assert.equal(trimmed, names.length - before.length, "how many it says that it took out");
    assert.equal(await store.trim(cursors[14] as string), 0);
    assert.equal(await store.trim(cursors[9] as string), 0);
    assert.deepEqual(namesOf((await store.events(undefined, 1000)).events), before);
    assert.deepEqual(before, names.slice(-before.length));
  },
} satisfies Suite;
