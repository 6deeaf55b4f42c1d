import { applicationOf } from "../domain/caller.ts";
import type { Defaults } from "../domain/defaults.ts";
import { indexed, tag } from "../domain/indexed.ts";
import type { Record, RecordKind } from "../domain/record.ts";
import { lastHeard, prunableFrom } from "../domain/retention.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { type Found, withGroups } from "../reads/records.ts";

/** As many as one request may bring; where there are more, nobody counts on all of them. */
const MEMBERS = 1_000;

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
  /** Members that may be pruned themselves count as gone: in a round of pruning they go first. */
  readonly membersGo?: boolean;
}

/** Those of a page that may be pruned by now. What cannot be read stays. */
export async function candidatesOn(
  page: readonly StoredRecord[],
  circumstances: Circumstances,
): Promise<readonly Candidate[]> {
  const { store, now, defaults } = circumstances;
  const candidates: Candidate[] = [];
  for (const { record, allocation } of await withGroups(store, page)) {
    const from = prunableFrom(record, { now, defaults, allocation });
    if (from === undefined || from > now || (await hasMembers(record, circumstances))) continue;
    const { state } = indexed(record, allocation, { now, defaults });
    const application = applicationOf(record);
    candidates.push({ kind: record.kind, id: record.id, state, application, closed: lastHeard(record) });
  }
  return candidates;
}

/** How its members stand depends on it, or is told by it, for as long as there are any. */
async function hasMembers(group: Record, { membersGo, ...moment }: Circumstances): Promise<boolean> {
  if (group.kind !== "allocation" && group.kind !== "session") return false;
  const { store, now } = moment;
  const query = { kind: "resource", ...membersOf(group), order: "newest" } as const;
  const { records, next } = await store.query({ ...query, limit: membersGo ? MEMBERS : 1 });
  if (!membersGo || records.length === 0) return records.length > 0;
  const members = await withGroups(store, records);
  const goes = ({ record, allocation }: Found) => {
    const from = prunableFrom(record, { ...moment, allocation });
    return from !== undefined && from <= now;
  };
  return next !== undefined || members.length < records.length || !members.every(goes);
}

const membersOf = ({ kind, id }: Record) =>
  kind === "session" ? { tags: [tag.session(id)] } : { where: { allocation: id } };
