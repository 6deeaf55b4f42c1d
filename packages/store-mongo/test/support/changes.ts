import type { Change, Columns, Store, StoredEvent } from "@drett/core";

const PLAIN: Columns = {
  state: "pending",
  finding: null,
  since: null,
  due: null,
  application: "probe",
  module: null,
  owner: null,
  type: null,
  allocation: null,
  tags: [],
};

/** The first version of a resource, with one fact. */
export const created = (id: string): Change => ({
  kind: "resource",
  id,
  expected: 0,
  columns: PLAIN,
  body: JSON.stringify([{ id, place: 0 }]),
  from: 0,
  to: 1,
});

/** The version after that one, with one more fact. */
export function rewritten(before: Change): Change {
  const [from, to] = [before.to, before.to + 1];
  const facts = Array.from({ length: to }, (_, place) => ({ id: before.id, place }));
  return { ...before, expected: before.expected + 1, body: JSON.stringify(facts), from, to };
}

/** All that the feed has, read from its beginning. */
export async function readAll(store: Store): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await store.events(cursor, 1_000);
    if (page.events.length === 0) return events;
    events.push(...page.events);
    cursor = page.cursor;
  }
}

export const namesOf = (events: readonly StoredEvent[]): string[] =>
  events.map(({ id, place }) => `${id} ${place}`);
