import type { Defaults } from "../domain/defaults.ts";
import { earliest } from "../domain/finding.ts";
import { indexed, tagsOf } from "../domain/indexed.ts";
import type { Freeze } from "../domain/reclaim/freeze.ts";
import type { Plan } from "../domain/reclaim/plan.ts";
import {
  type Allocation,
  describe,
  type Record,
  type RecordKind,
  type Resource,
  type Session,
  type StoredKind,
} from "../domain/record.ts";
import type { Tombstone } from "../domain/tombstone.ts";
import type { View } from "../domain/view.ts";
import type { Change, StoredRecord } from "../ports/store.ts";
import {
  RecordUnreadable,
  readRecord,
  readTombstone,
  writeBody,
  writeTombstone,
} from "../ports/stored-record.ts";

/** Where one record stands within a flush. */
export interface Slot {
  readonly stored: StoredRecord | undefined;
  /** How many facts are stored already. */
  known: number;
  record: Record | undefined;
  /** What stands in the place of a record. */
  tombstone: Tombstone | undefined;
  /** Nothing shall stand there any more. */
  cleared: boolean;
  dirty: boolean;
  lookedAt: boolean;
}

/** The records of one flush: as they were loaded, and as the decisions so far will have them. */
export class WorkingSet implements View {
  readonly #slots = new Map<string, Slot>();
  #byTag: Map<string, Set<Slot>> | undefined;
  #read = new Set<Slot>();

  constructor(loaded: readonly StoredRecord[]) {
    for (const stored of loaded) this.#slots.set(nameOf(stored), slotOf(stored));
  }

  resource(id: string): Resource | undefined {
    return this.#find("resource", id) as Resource | undefined;
  }

  allocation(id: string): Allocation | undefined {
    return this.#find("allocation", id) as Allocation | undefined;
  }

  session(id: string): Session | undefined {
    return this.#find("session", id) as Session | undefined;
  }

  freeze(id: string): Freeze | undefined {
    return this.#find("freeze", id) as Freeze | undefined;
  }

  plan(id: string): Plan | undefined {
    return this.#find("plan", id) as Plan | undefined;
  }

  resourcesTagged(tag: string): readonly Resource[] {
    this.#byTag ??= this.#indexTags();
    return [...(this.#byTag.get(tag) ?? [])].map((slot) => this.#open(slot) as Resource);
  }

  tombstone(kind: RecordKind, id: string): Tombstone | undefined {
    const slot = this.#slots.get(nameOf({ kind, id }));
    if (slot && isTombstone(slot)) this.#read.add(slot);
    return slot && tombstoneIn(slot);
  }

  /** Takes over what was decided. What is already known this way is not written again. */
  put(record: Record): void {
    const slot = this.#slots.get(nameOf(record)) ?? slotOf(undefined);
    if (slot.record === record) return;
    slot.record = record;
    slot.tombstone = undefined;
    slot.dirty = true;
    this.#slots.set(nameOf(record), slot);
    this.#read.add(slot);
    if (this.#byTag) this.#addTags(slot);
  }

  bury(tombstone: Tombstone): void {
    const slot = this.#slots.get(nameOf(tombstone)) ?? slotOf(undefined);
    this.#slots.set(nameOf(tombstone), slot);
    slot.tombstone = tombstone;
    slot.record = undefined;
    slot.dirty = true;
    this.#read.add(slot);
    this.#byTag = undefined;
  }

  clear(tombstone: Tombstone): void {
    const slot = this.#slots.get(nameOf(tombstone));
    if (slot) slot.cleared = slot.dirty = true;
  }

  lookAt(record: Record): void {
    const slot = this.#slots.get(nameOf(record));
    if (slot) slot.dirty = slot.lookedAt = true;
  }

  touch(record: Record): void {
    const slot = this.#slots.get(nameOf(record));
    if (slot) slot.dirty = true;
  }

  /** The slots that were read or written since it was last asked: what a decision rests on. */
  takeRead(): ReadonlySet<Slot> {
    const read = this.#read;
    this.#read = new Set();
    return read;
  }

  /** What has to be written, each with its slot. */
  changes(now: number, defaults: Defaults): { slot: Slot; change: Change }[] {
    const dirty = [...this.#slots.values()].filter((slot) => slot.dirty);
    return dirty.map((slot) => ({ slot, change: this.#changeOf(slot, now, defaults) }));
  }

  #changeOf(slot: Slot, now: number, defaults: Defaults): Change {
    const tombstone = tombstoneIn(slot);
    if (tombstone) return burial(tombstone, slot);
    const record = slot.record as Record;
    const allocation = this.#allocationOf(record);
    const columns = indexed(record, allocation, { now, defaults });
    // A fact that is decided anew was heard before now: what is due since then is due still.
    const heard = Math.min(...record.facts.slice(slot.known).map(({ arrival }) => arrival));
    const sinceHeard = heard < now ? indexed(record, allocation, { now: heard, defaults }).due : null;
    return {
      kind: record.kind,
      id: record.id,
      expected: slot.stored?.version ?? 0,
      columns: { ...columns, due: dueFor(slot, earliest([columns.due, sinceHeard]), now) },
      body: writeBody(record),
      from: slot.known,
      to: record.facts.length,
    };
  }

  #allocationOf(record: Record): Allocation | undefined {
    const id = record.kind === "resource" ? describe(record).allocation : undefined;
    const slot = id === undefined ? undefined : this.#slots.get(nameOf({ kind: "allocation", id }));
    return slot && !isTombstone(slot) ? (this.#openIfReadable(slot) as Allocation | undefined) : undefined;
  }

  #find(kind: RecordKind, id: string): Record | undefined {
    const slot = this.#slots.get(nameOf({ kind, id }));
    return slot && !isTombstone(slot) ? this.#open(slot) : undefined;
  }

  #open(slot: Slot): Record {
    this.#read.add(slot);
    if (slot.record) return slot.record;
    slot.record = readRecord(slot.stored as StoredRecord);
    slot.known = slot.record.facts.length;
    return slot.record;
  }

  #indexTags(): Map<string, Set<Slot>> {
    this.#byTag = new Map();
    for (const slot of this.#slots.values()) {
      if (!isTombstone(slot) && (slot.record ?? slot.stored)?.kind === "resource") this.#addTags(slot);
    }
    return this.#byTag;
  }

  #addTags(slot: Slot): void {
    const record = this.#openIfReadable(slot);
    for (const tag of record ? tagsOf(record) : []) {
      const tagged = this.#byTag?.get(tag) ?? new Set();
      this.#byTag?.set(tag, tagged.add(slot));
    }
  }

  #openIfReadable(slot: Slot): Record | undefined {
    try {
      return this.#open(slot);
    } catch (error) {
      if (error instanceof RecordUnreadable) return undefined;
      throw error;
    }
  }
}

/** A due time that has passed stays until the sweep has looked: what it stood for is not lost to a later write. */
function dueFor({ stored, lookedAt }: Slot, next: number | null, now: number): number | null {
  const passed = stored?.due != null && stored.due <= now && !lookedAt;
  return passed ? Math.min(stored.due, next ?? Number.POSITIVE_INFINITY) : next;
}

/** What is stored counts until a record was put in its place. */
const isTombstone = ({ tombstone, record, stored }: Slot): boolean =>
  tombstone !== undefined || (record === undefined && stored?.until !== undefined);

function tombstoneIn(slot: Slot): Tombstone | undefined {
  if (!isTombstone(slot)) return undefined;
  slot.tombstone ??= readTombstone(slot.stored as StoredRecord);
  return slot.tombstone;
}

/** Found by its key alone: of what it was found by before, nothing stays. */
function burial(tombstone: Tombstone, { stored, cleared }: Slot): Change {
  const { kind, id, until } = tombstone;
  const nothing = { finding: null, since: null, due: null, module: null, owner: null, type: null };
  return {
    kind,
    id,
    expected: stored?.version ?? 0,
    columns: { state: "pruned", application: "", allocation: null, tags: [], ...nothing },
    body: writeTombstone(tombstone),
    from: 0,
    to: 0,
    until,
    ...(cleared && { gone: true }),
  };
}

const nameOf = ({ kind, id }: { kind: StoredKind; id: string }) => `${kind} ${id}`;
const slotOf = (stored: StoredRecord | undefined): Slot => ({
  stored,
  known: 0,
  record: undefined,
  tombstone: undefined,
  cleared: false,
  dirty: false,
  lookedAt: false,
});
