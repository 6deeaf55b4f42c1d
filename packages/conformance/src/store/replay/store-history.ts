import assert from "node:assert/strict";
import { type Change, type Columns, type Key, type Query, STORED_KINDS, type StoredKind } from "@drett/core";
import * as fc from "fast-check";
import { buried, created, rewritten } from "../changes.ts";
import {
  type Bookmark,
  compareAll,
  compareFeeds,
  compareLoads,
  compareQueries,
  type Pair,
} from "./comparing.ts";

/** A write, as it is drawn: what it comes to depends on what is there by then. */
interface Draft {
  readonly kind: StoredKind;
  readonly id: string;
  readonly at: "current" | "create" | "earlier" | "later";
  readonly columns: Partial<Columns>;
  readonly facts: number;
  /** Until when a tombstone shall stand there. */
  readonly until: number | null;
}

type Step =
  | { readonly does: "commit"; readonly drafts: readonly Draft[] }
  | { readonly does: "load"; readonly keys: readonly Key[] }
  | { readonly does: "query"; readonly query: Query }
  | { readonly does: "read"; readonly bookmark: number; readonly limit: number };

const oneOf = <const T>(...values: T[]) => fc.constantFrom(...values);
const kind = oneOf(...STORED_KINDS);
const id = oneOf("a", "b", "c", "d", "e");
const value = oneOf("x", "y");
const nullable = oneOf("x", "y", null);
const time = fc.integer({ min: 0, max: 6 });
const tag = oneOf("t1", "t2", "t3", "t4");
const limit = fc.integer({ min: 1, max: 4 });

const columns: fc.Arbitrary<Partial<Columns>> = fc
  .tuple(
    fc.record({ state: value, application: value, module: nullable, owner: nullable, type: nullable }),
    fc.record({ due: fc.option(time), allocation: fc.option(id), tags: fc.uniqueArray(tag) }),
    fc.oneof(fc.constant({ finding: null, since: null }), fc.record({ finding: oneOf(20, 30), since: time })),
  )
  .map(([texts, others, finding]) => ({ ...texts, ...others, ...finding }));

const draft: fc.Arbitrary<Draft> = fc.record({
  kind,
  id,
  at: fc.oneof(
    { arbitrary: fc.constant("current" as const), weight: 4 },
    oneOf("create", "earlier", "later"),
  ),
  columns,
  facts: fc.integer({ min: 0, max: 3 }),
  until: fc.option(time),
});

const where = fc
  .uniqueArray(
    fc.oneof(
      fc.tuple(oneOf("state", "application", "module", "owner", "type"), nullable),
      fc.tuple(fc.constant("finding"), oneOf(20, 30)),
      fc.tuple(fc.constant("allocation"), id),
    ),
    { maxLength: 2, selector: ([column]) => column },
  )
  .map((pairs): Query["where"] => Object.fromEntries(pairs));

const query: fc.Arbitrary<Query> = fc.record(
  {
    kind,
    where,
    tags: fc.uniqueArray(tag, { maxLength: 2 }),
    dueBy: time,
    order: oneOf("newest", "oldest", "finding", "due", "until"),
    limit,
  },
  { requiredKeys: ["order", "limit"] },
);

const key: fc.Arbitrary<Key> = fc.oneof(
  fc.record({ kind, id }),
  fc.record({ kind: fc.constant("tag" as const), tag }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      does: fc.constant("commit" as const),
      drafts: fc.uniqueArray(draft, { minLength: 1, maxLength: 5, selector: nameOf }),
    }),
    weight: 4,
  },
  fc.record({ does: fc.constant("load" as const), keys: fc.array(key, { maxLength: 4 }) }),
  fc.record({ does: fc.constant("query" as const), query }),
  fc.record({ does: fc.constant("read" as const), bookmark: fc.nat(20), limit }),
);

/** Commits, loads, queries and reads of the feed, as a store might meet them in any order. */
export const storeHistory = fc.array(step, { minLength: 1, maxLength: 40, size: "max" });

/** Does the same to both and compares every answer. */
export async function replayOnStores(pair: Pair, steps: readonly Step[]): Promise<void> {
  const last = new Map<string, Change>();
  const bookmarks: Bookmark[] = [{}];
  for (const step of steps) {
    switch (step.does) {
      case "commit": {
        const changes = step.drafts.map((draft) => changeOf(draft, last.get(nameOf(draft))));
        const outcomes = await pair.reference.commit(changes);
        assert.deepEqual(await pair.store.commit(changes), outcomes, "outcomes");
        for (const [place, change] of changes.entries()) {
          if (outcomes[place] === "applied") last.set(nameOf(change), change);
        }
        break;
      }
      case "load":
        await compareLoads(pair, step.keys);
        break;
      case "query":
        await compareQueries(pair, step.query);
        break;
      case "read": {
        const from = bookmarks[step.bookmark % bookmarks.length] ?? {};
        bookmarks.push(await compareFeeds(pair, { from, limit: step.limit }));
        break;
      }
      default: {
        const never: never = step;
        return never;
      }
    }
  }
  await compareAll(pair);
}

function changeOf({ kind, id, at, facts, until, ...draft }: Draft, before: Change | undefined): Change {
  // An allocation belongs to none.
  const columns = kind === "allocation" ? { ...draft.columns, allocation: null } : draft.columns;
  const creation = created(id, columns, kind);
  const isBuried = before !== undefined && until !== null && facts === 0;
  const later = isBuried ? buried(before, until) : before && rewritten(before, columns, facts);
  const next = later ?? creation;
  switch (at) {
    case "current":
      return next;
    case "create":
      return creation;
    case "earlier":
      return { ...next, expected: before ? before.expected : 1 };
    case "later":
      return { ...next, expected: next.expected + 1 };
  }
}

function nameOf({ kind, id }: { kind: StoredKind; id: string }): string {
  return `${kind} ${id}`;
}
