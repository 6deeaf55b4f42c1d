import type { Allocation, Record } from "../domain/record.ts";
import { describe } from "../domain/record.ts";
import type { Refusal } from "../domain/refusal.ts";
import { pruned } from "../domain/tombstone.ts";
import { allocationKey, type Key } from "../domain/view.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { readPage, readRecord, readTombstone } from "../ports/stored-record.ts";

export interface Found<R extends Record = Record> {
  readonly record: R;
  /** The one that a resource belongs to. */
  readonly allocation: Allocation | undefined;
}

/** The record and the allocation that it belongs to, as they are stored; of one that was pruned, the refusal. */
export async function find<R extends Record>(
  store: Store,
  key: Key & { id: string },
): Promise<Found<R> | Refusal | undefined> {
  const loaded = await store.load([key]);
  const stored = loaded.find(({ kind, id }) => kind === key.kind && id === key.id);
  if (!stored) return undefined;
  const tombstone = readTombstone(stored);
  if (tombstone) return pruned(tombstone);
  const record = readRecord(stored);
  const group = groupOf(record);
  const allocation = readPage(loaded).find(({ kind, id }) => kind === "allocation" && id === group);
  return { record: record as R, allocation: allocation as Allocation | undefined };
}

/** The records of a page, each with its allocation; all those are loaded at once. */
export async function withAllocations(store: Store, page: readonly StoredRecord[]): Promise<Found[]> {
  const records = readPage(page);
  const groups = new Set(records.map(groupOf).filter((id) => id !== undefined));
  const loaded = groups.size > 0 ? await store.load([...groups].map(allocationKey)) : [];
  const allocations = new Map(readPage(loaded).map((group) => [group.id, group as Allocation]));
  return records.map((record) => ({ record, allocation: allocations.get(groupOf(record) ?? "") }));
}

const groupOf = (record: Record) => (record.kind === "resource" ? describe(record).allocation : undefined);
