import type { Defaults } from "../domain/defaults.ts";
import { begun } from "../domain/derive-allocation.ts";
import { indexed } from "../domain/indexed.ts";
import { describe, type Record, type RecordKind } from "../domain/record.ts";
import { lastHeard, prunableFrom } from "../domain/retention.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { withAllocations } from "../reads/records.ts";

/** A record that may be pruned. */
export interface Candidate {
  readonly kind: RecordKind;
  readonly id: string;
  readonly state: string;
  readonly application: string;
  /** When it was last heard of. */
  readonly closed: number;
}

interface Circumstances {
  readonly store: Store;
  readonly now: number;
  readonly defaults: Defaults;
}

/** Those of a page that may be pruned by now. What cannot be read stays. */
export async function candidatesOn(
  page: readonly StoredRecord[],
  { store, now, defaults }: Circumstances,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { record, allocation } of await withAllocations(store, page)) {
    const from = prunableFrom(record, { now, defaults, allocation });
    if (from === undefined || from > now || (await hasMembers(record, store))) continue;
    const { state } = indexed(record, allocation, { now, defaults });
    const { application } = record.kind === "allocation" ? begun(record) : describe(record);
    candidates.push({ kind: record.kind, id: record.id, state, application, closed: lastHeard(record) });
  }
  return candidates;
}

/** How its members stand depends on it, for as long as there are any. */
async function hasMembers({ kind, id }: Record, store: Store): Promise<boolean> {
  if (kind !== "allocation") return false;
  const query = { kind: "resource", where: { allocation: id }, order: "newest", limit: 1 } as const;
  return (await store.query(query)).records.length > 0;
}
