import type { Change, Columns, EventPage, Key, Page, Query, StoredEvent, StoredRecord } from "@drett/core";
import { CursorRefused } from "@drett/core";

interface Row extends StoredRecord {
  readonly columns: Columns;
  /** In the order of creation. */
  readonly number: number;
}

/** What is in memory: the records, and the order of all facts. It knows nothing of what they mean. */
export class Records {
  readonly #rows = new Map<string, Row>();
  readonly #facts: Pick<StoredEvent, "kind" | "id" | "place">[] = [];
  /** How many facts were taken out before those. */
  #trimmed = 0;
  #created = 0;

  /** Whether it was decided on the version that is there. */
  fits(change: Change): boolean {
    return (this.#rows.get(nameOf(change))?.version ?? 0) === change.expected;
  }

  apply({ kind, id, expected, columns, body, from, to, until, gone }: Change): void {
    if (gone) {
      this.#rows.delete(nameOf({ kind, id }));
      return;
    }
    const { due, finding, since } = columns;
    const number = this.#rows.get(nameOf({ kind, id }))?.number ?? ++this.#created;
    const row = {
      kind,
      id,
      version: expected + 1,
      due,
      finding,
      since,
      body,
      columns,
      number,
      ...(until !== undefined && { until }),
    };
    this.#rows.set(nameOf(row), row);
    for (let place = from; place < to; place++) this.#facts.push({ kind, id, place });
  }

  /** With them come the allocations that they belong to: what becomes of a member may depend on its allocation. */
  load(keys: readonly Key[]): readonly StoredRecord[] {
    const named = keys.flatMap((key) =>
      key.kind === "tag" ? this.#fitting({ tags: [key.tag] }) : (this.#rows.get(nameOf(key)) ?? []),
    );
    const groups = named.flatMap(({ columns: { allocation } }) =>
      allocation === null ? [] : (this.#rows.get(nameOf({ kind: "allocation", id: allocation })) ?? []),
    );
    return [...new Set([...named, ...groups])];
  }

  /** Looks at every record. A store for more than some thousands needs an index for each order, `due` first. */
  query({ order, limit, cursor, ...filter }: Query): Page {
    const after = cursor === undefined ? undefined : readCursor(cursor, order);
    const placed = this.#fitting(filter, order === "until")
      .flatMap((row) => {
        const place = placeOf(row, order);
        return place === undefined ? [] : { row, place };
      })
      .filter(({ place }) => after === undefined || compare(place, after) > 0)
      .sort((a, b) => compare(a.place, b.place));
    const records = placed.slice(0, limit).map(({ row }) => row);
    const last = placed[limit - 1];
    // Only where there is more: a `next` that leads to nothing costs every client a request.
    return placed.length > limit && last
      ? { records, next: JSON.stringify([order, ...last.place]) }
      : { records };
  }

  events(epoch: string, after: string | undefined, limit: number): EventPage {
    const start = after === undefined ? this.#trimmed : this.positionOf(after, epoch);
    if (start < this.#trimmed) throw new CursorRefused("expired");
    const cursorOf = (position: number) => `${epoch}.${position}`;
    const first = start - this.#trimmed;
    const events = this.#facts.slice(first, first + limit).map((fact, offset) => ({
      ...fact,
      cursor: cursorOf(start + offset + 1),
      fact: factAt(this.#rows.get(nameOf(fact))?.body ?? "", fact.place),
    }));
    return { events, cursor: cursorOf(start + events.length) };
  }

  /** Takes all facts up to that position out of the feed. Returns how many those were. */
  trim(position: number): number {
    const { length } = this.#facts.splice(0, Math.max(0, position - this.#trimmed));
    this.#trimmed += length;
    return length;
  }

  positionOf(cursor: string, epoch: string): number {
    const position = Number(cursor.slice(epoch.length + 1));
    const isOurs = cursor === `${epoch}.${position}` && Number.isInteger(position);
    if (isOurs && position >= 0 && position <= this.#trimmed + this.#facts.length) return position;
    throw new CursorRefused("invalid");
  }

  /** Of records, or of what took the place of records. */
  #fitting(
    { kind, where = {}, tags = [], dueBy }: Omit<Query, "order" | "limit" | "cursor">,
    tombstones = false,
  ): Row[] {
    const wanted = Object.entries(where) as [keyof Columns, unknown][];
    return [...this.#rows.values()].filter(
      ({ kind: its, columns, until }) =>
        (until !== undefined) === tombstones &&
        (kind === undefined || its === kind) &&
        wanted.every(([column, value]) => value !== null && columns[column] === value) &&
        tags.every((tag) => columns.tags.includes(tag)) &&
        (dueBy === undefined || (columns.due !== null && columns.due <= dueBy)),
    );
  }
}

const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }) => `${kind} ${id}`;

/**
 * Where a row stands in an order, as numbers that ascend; nothing where it has no place in it. The number of its
 * creation comes last, so that no two stand in one place, and a page can end between them.
 */
function placeOf(
  { columns: { finding, since, due }, number, until }: Row,
  order: Query["order"],
): number[] | undefined {
  switch (order) {
    case "newest":
      return [-number];
    case "oldest":
      return [number];
    case "finding":
      return finding === null || since === null ? undefined : [finding, since, number];
    case "due":
      return due === null ? undefined : [due, number];
    case "until":
      return until === undefined ? undefined : [until, number];
  }
}

/** How many numbers make a place. */
const PLACES = { newest: 1, oldest: 1, finding: 3, due: 2, until: 2 } as const;

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, place) => value !== b[place]);
  return place === -1 ? 0 : (a[place] as number) - (b[place] as number);
}

/** The place behind which to go on. It need not be there any more. */
function readCursor(cursor: string, order: Query["order"]): number[] {
  try {
    const [ofOrder, ...place] = JSON.parse(cursor) as [unknown, ...number[]];
    if (ofOrder === order && place.length === PLACES[order] && place.every(Number.isSafeInteger))
      return place;
  } catch {}
  throw new CursorRefused("invalid");
}

/** Facts never move within a record, so its latest body tells each of them. */
function factAt(body: string, place: number): string | null {
  try {
    return JSON.stringify((JSON.parse(body) as unknown[])[place]) ?? null;
  } catch {
    return null;
  }
}
