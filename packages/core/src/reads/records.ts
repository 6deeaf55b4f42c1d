import { begun } from "../domain/derive-allocation.ts";
import { type Allocation, describe, type Record, type Resource, type Session } from "../domain/record.ts";
import type { Refusal } from "../domain/refusal.ts";
import { pruned } from "../domain/tombstone.ts";
import { allocationKey, type Key, sessionKey } from "../domain/view.ts";
import { isOf } from "../domain/watching.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { readPage, readRecord, readTombstone } from "../ports/stored-record.ts";

export interface Found<R extends Record = Record> {
  readonly record: R;
  /** The one that a resource belongs to. */
  readonly allocation: Allocation | undefined;
  /** The one that it names, where that is of its engine. */
  readonly session: Session | undefined;
}

/** The record, its allocation and its session, as they are stored; of one that was pruned, the refusal. */
export async function find<R extends Record>(
  store: Store,
  key: Key & { id: string },
): Promise<Found<R> | Refusal | undefined> {
  const loaded = await store.load([key]);
  const stored = loaded.find(({ kind, id }) => kind === key.kind && id === key.id);
  if (!stored) return undefined;
  const tombstone = readTombstone(stored);
  if (tombstone) return pruned(tombstone);
  readRecord(stored);
  const [found] = await withGroups(store, [stored]);
  return found as Found<R>;
}

/** The records of a page, each with its allocation and its session; all those are loaded at once. */
export async function withGroups(store: Store, page: readonly StoredRecord[]): Promise<Found[]> {
  const records = readPage(page).map((record) => ({ record, ...groupsOf(record) }));
  const allocations = new Set(records.flatMap(({ allocation }) => allocation ?? []));
  const sessions = new Set(records.flatMap(({ session }) => session ?? []));
  const keys = [...[...allocations].map(allocationKey), ...[...sessions].map((id) => sessionKey(id))];
  const groups = new Map(
    readPage(keys.length > 0 ? await store.load(keys) : []).map((group) => [
      `${group.kind} ${group.id}`,
      group,
    ]),
  );
  return records.map(({ record, allocation, session: named }) => {
    const session = groups.get(`session ${named}`) as Session | undefined;
    return {
      record,
      allocation: groups.get(`allocation ${allocation}`) as Allocation | undefined,
      session: session && isOf(session, record as Resource | Allocation) ? session : undefined,
    };
  });
}

function groupsOf(record: Record): { allocation?: string; session?: string } {
  if (record.kind === "resource") return describe(record);
  return record.kind === "allocation" ? begun(record) : {};
}
