import { tagsOf } from "../domain/indexed.ts";
import type { Record, RecordKind } from "../domain/record.ts";
import type { Tombstone } from "../domain/tombstone.ts";
import type { StoredBody, StoredRecord } from "./store.ts";

/** A stored body that is not what drett wrote. The records beside it are not affected. */
export class RecordUnreadable extends Error {
  override readonly name = "RecordUnreadable";
}

/** What is stored of a tombstone beside its name and its end. */
export const writeTombstone = ({ application, state, closed }: Tombstone): string =>
  JSON.stringify({ application, state, closed });

/** Nothing where it is a record. */
export function readTombstone({ kind, id, until, body }: StoredRecord): Tombstone | undefined {
  if (until === undefined) return undefined;
  try {
    return {
      ...(JSON.parse(body) as Pick<Tombstone, "application" | "state" | "closed">),
      kind: kind as RecordKind,
      id,
      until,
    };
  } catch (cause) {
    throw new RecordUnreadable(`the tombstone of ${kind} ${id} cannot be read`, { cause });
  }
}

export const writeBody = (record: Record): string => JSON.stringify(record.facts);

export function readRecord({ kind, id, body }: StoredBody): Record {
  try {
    const record = { kind, id, facts: JSON.parse(body) } as Record;
    // A record of which nobody can say what it is has been tampered with: its tags would throw.
    tagsOf(record);
    return record;
  } catch (cause) {
    throw new RecordUnreadable(`the stored facts of ${kind} ${id} cannot be read`, { cause });
  }
}

/** For what goes on without a record that cannot be read: lists, the feed, the neighbours in a flush. */
export function readIfReadable(stored: StoredBody): Record | undefined {
  try {
    return readRecord(stored);
  } catch (error) {
    if (error instanceof RecordUnreadable) return undefined;
    throw error;
  }
}

/** Whether it is a record, and not what is left of one. */
export const isRecord = ({ until }: Pick<StoredRecord, "until">): boolean => until === undefined;

/** The records of a page that can be read; one that cannot is refused only where it is asked for by its id. */
export const readPage = (page: readonly StoredRecord[]): readonly Record[] =>
  page.filter(isRecord).flatMap((stored) => readIfReadable(stored) ?? []);
