import {
  type Change,
  type CommitOutcome,
  type EventPage,
  type Key,
  type Page,
  type Query,
  type Store,
  type StoredRecord,
} from "@drett/core";
import type { Connections } from "./connections.ts";
import {
  checkTrimmed,
  eventPageOf,
  eventsStatement,
  isAt,
  placeAfter,
  placeOf,
  trimmedStatement,
  trimStatement,
} from "./feed.ts";
import type { FeedWatch } from "./feed-watch.ts";
import { pageOf, queryStatement } from "./reading.ts";
import { changeValues, keyValues, kindNumber, readRecord } from "./rows.ts";
import type { Statements } from "./statements.ts";
import { isContention, unavailable } from "./trouble.ts";

export interface Parts {
  readonly schema: string;
  readonly epoch: string;
  readonly statements: Statements;
  /** Apart, so that no question of a person keeps a command waiting. */
  readonly commands: Connections;
  readonly questions: Connections;
  readonly watch: FeedWatch | undefined;
}

/** While one waits for the disk of the database, or is on its way, the next ones are decided. */
export const FLUSHES = 3;

/** Any number of servers on one database: whoever writes a record at its version first has written it. */
export class PostgresStore implements Store {
  readonly name = "postgres";
  readonly flushes = FLUSHES;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async load(keys: readonly Key[]): Promise<readonly StoredRecord[]> {
    const { commands, statements } = this.#parts;
    const rows = await commands.read({ name: "load", text: statements.load, values: keyValues(keys) });
    const records = rows.map(readRecord);
    return [...new Map(records.map((record) => [nameOf(record), record])).values()];
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    const { commands, statements } = this.#parts;
    if (changes.length === 0) {
      await commands.read({ text: statements.probe });
      return [];
    }
    const values = changeValues(changes.toSorted(byName));
    const attempt = await commands.attempt({ name: "commit", text: statements.commit, values });
    if ("rows" in attempt) return outcomesOf(changes, attempt.rows[0]?.[0] ?? null);
    if (attempt.lost) return changes.map(() => "unknown");
    if (isContention(attempt.failed)) return changes.map(() => "conflict");
    throw unavailable(attempt.failed);
  }

  async query(query: Query): Promise<Page> {
    const { questions, schema } = this.#parts;
    return pageOf(query, await questions.read(queryStatement(schema, query)));
  }

  async events(after: string | undefined, limit: number): Promise<EventPage> {
    const { questions, schema, epoch } = this.#parts;
    const place = placeAfter(after, epoch);
    const rows = await questions.read(eventsStatement(schema, place, limit));
    if (isAt(place, rows) || (after === undefined && rows.length > 0)) {
      return eventPageOf(epoch, place, limit, rows);
    }
    const [row] = await questions.read({ text: trimmedStatement(schema) });
    const trimmed = placeOf(row);
    if (after !== undefined) checkTrimmed(place, trimmed);
    return eventPageOf(epoch, trimmed, limit, rows);
  }

  async trim(upTo: string): Promise<number> {
    const { commands, schema, epoch } = this.#parts;
    const [row] = await commands.read(trimStatement(schema, placeAfter(upTo, epoch)));
    return Number(row?.[0]);
  }

  async close(): Promise<void> {
    const { watch, commands, questions } = this.#parts;
    await Promise.all([watch?.stop(), commands.close(), questions.close()]);
  }
}

/** The order in which records are locked, the same on every server. */
function byName(one: Change, other: Change): number {
  const [a, b] = [nameOf(one), nameOf(other)];
  return a < b ? -1 : Number(a > b);
}

/** `written` is null where all were, else those that were, as JSON. */
function outcomesOf(changes: readonly Change[], written: string | null): CommitOutcome[] {
  if (written === null) return changes.map(() => "applied");
  const versions = JSON.parse(written) as [kind: number, id: string, version: number][];
  const applied = new Set(versions.map((version) => version.join(" ")));
  return changes.map(({ kind, id, expected }) =>
    applied.has([kindNumber(kind), id, expected + 1].join(" ")) ? "applied" : "conflict",
  );
}

const nameOf = ({ kind, id }: Pick<Change, "kind" | "id">) => `${kind} ${id}`;
