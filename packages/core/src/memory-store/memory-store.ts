import type { Columns } from "../domain/indexed.ts";
import type { StoredKind } from "../domain/record.ts";
import type { Key } from "../domain/view.ts";
import {
  type Change,
  type CommitOutcome,
  CursorRefused,
  type EventPage,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
  StoreUnavailable,
} from "../ports/store.ts";

interface Row extends StoredRecord {
  /** In the order of creation. */
  readonly number: number;
  readonly columns: Columns;
}

interface Event {
  readonly kind: StoredKind;
  readonly id: string;
  readonly place: number;
}

/** The reference: what every other store must do, in the plainest way. Nothing outlives the process. */
export class MemoryStore implements Store {
  readonly name = "memory";
  readonly #rows = new Map<string, Row>();
  readonly #events: Event[] = [];
  /** How many events were taken out before those. */
  #trimmed = 0;
  #created = 0;
  /** Tells its cursors from those of a store that was there before it. */
  readonly #epoch = crypto.randomUUID();
  #closed = false;

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    this.#checkOpen();
    const named = keys.flatMap((key) => (key.kind === "tag" ? this.#tagged(key.tag) : this.#find(key)));
    const groups = named.flatMap(({ columns }) =>
      columns.allocation === null ? [] : this.#find({ kind: "allocation", id: columns.allocation }),
    );
    return [...new Set([...named, ...groups])];
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    this.#checkOpen();
    return changes.map((change) => this.#write(change));
  }

  async query({ kind, where = {}, tags = [], dueBy, order, limit, cursor }: Query): Promise<Page> {
    this.#checkOpen();
    const wanted = Object.entries(where) as [keyof Columns, unknown][];
    const fitting = [...this.#rows.values()].filter(
      ({ kind: its, columns, until }) =>
        (kind === undefined || its === kind) &&
        (until !== undefined) === (order === "until") &&
        wanted.every(([column, value]) => value !== null && columns[column] === value) &&
        tags.every((tag) => columns.tags.includes(tag)) &&
        (dueBy === undefined || (columns.due !== null && columns.due <= dueBy)),
    );
    const places = fitting.flatMap((row) => {
      const place = placeOf(row, order);
      return place ? [{ row, place }] : [];
    });
    const after = cursor === undefined ? undefined : readCursor(cursor, order);
    const rest = places
      .filter(({ place }) => after === undefined || compare(place, after) > 0)
      .sort((a, b) => compare(a.place, b.place));
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const records = page.map(({ row }) => row);
    return rest.length > limit && last
      ? { records, next: JSON.stringify([order, ...last.place]) }
      : { records };
  }

  async events(after: string | undefined, limit: number): Promise<EventPage> {
    this.#checkOpen();
    const start = after === undefined ? this.#trimmed : this.#readPosition(after);
    const offset = start - this.#trimmed;
    if (offset < 0) throw new CursorRefused("expired");
    const events = this.#events.slice(offset, offset + limit).map((event, offset) => {
      const [row] = this.#find(event);
      return {
        ...event,
        cursor: this.#cursorOf(start + offset + 1),
        fact: factAt(row?.body ?? "", event.place),
      };
    });
    return { events, cursor: events.at(-1)?.cursor ?? this.#cursorOf(start) };
  }

  async trim(upTo: string): Promise<number> {
    this.#checkOpen();
    const count = Math.max(0, this.#readPosition(upTo) - this.#trimmed);
    this.#events.splice(0, count);
    this.#trimmed += count;
    return count;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #write({ kind, id, expected, columns, body, from, to, until, gone }: Change): CommitOutcome {
    const [known] = this.#find({ kind, id });
    if ((known?.version ?? 0) !== expected) return "conflict";
    if (gone) this.#rows.delete(`${kind} ${id}`);
    if (gone) return "applied";
    const number = known?.number ?? ++this.#created;
    const { due, finding, since } = columns;
    this.#rows.set(`${kind} ${id}`, {
      kind,
      id,
      version: expected + 1,
      due,
      finding,
      since,
      body,
      number,
      columns,
      ...(until !== undefined && { until }),
    });
    for (let place = from; place < to; place++) this.#events.push({ kind, id, place });
    return "applied";
  }

  #find({ kind, id }: { kind: StoredKind; id: string }): Row[] {
    const row = this.#rows.get(`${kind} ${id}`);
    return row ? [row] : [];
  }

  #tagged(tag: string): Row[] {
    return [...this.#rows.values()].filter(({ columns }) => columns.tags.includes(tag));
  }

  #cursorOf(position: number): string {
    return `${this.#epoch}.${position}`;
  }

  #readPosition(cursor: string): number {
    const digits = cursor.slice(this.#cursorOf(0).length - 1);
    const position = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
    if (cursor !== this.#cursorOf(position) || position > this.#trimmed + this.#events.length) {
      throw new CursorRefused("invalid");
    }
    return position;
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("the store is closed", "Restart the server.");
  }
}

/** Where a row stands in an order, as numbers that ascend; nothing where it has no place in it. */
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
  for (const [place, value] of a.entries()) {
    if (value !== b[place]) return value - (b[place] as number);
  }
  return 0;
}

function readCursor(cursor: string, order: Query["order"]): number[] {
  try {
    const [ofOrder, ...place] = JSON.parse(cursor) as [string, ...number[]];
    if (ofOrder === order && place.length === PLACES[order] && place.every(Number.isFinite)) return place;
  } catch {}
  throw new CursorRefused("invalid");
}

function factAt(body: string, place: number): string | null {
  try {
    return JSON.stringify(JSON.parse(body)[place]) ?? null;
  } catch {
    return null;
  }
}
