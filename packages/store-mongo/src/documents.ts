import type { Change, StoredKind, StoredRecord } from "@drett/core";
import { keyOf, nameIn } from "./keys.ts";
import type { Mark } from "./marks.ts";

/** A record. What is null in its columns is absent here, so that indexes hold only what can be found by them. */
export interface RecordDocument {
  /** See {@link keyOf}. */
  readonly _id: string;
  /** So that what is asked for by kind meets no tombstone; what it is of, its key says. */
  readonly kind: StoredKind | "tombstone";
  readonly version: number;
  /** A stamp of its own, in the order of creation. */
  readonly created: string;
  readonly state: string;
  readonly finding?: number | undefined;
  readonly since?: number | undefined;
  readonly due?: number | undefined;
  readonly application: string;
  readonly module?: string | undefined;
  readonly owner?: string | undefined;
  readonly type?: string | undefined;
  readonly allocation?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly body: string;
  /** Of a tombstone, when it may go. */
  readonly until?: number | undefined;
  /** The flush that wrote it last. */
  readonly flush: string;
  /** Which flushes brought what the feed may not have told yet. */
  readonly marks?: readonly Mark[] | undefined;
}

/** What a reader needs of it. */
export const STORED = { version: 1, due: 1, finding: 1, since: 1, body: 1, until: 1 } as const;
export type StoredDocument = Pick<
  RecordDocument,
  "_id" | "version" | "due" | "finding" | "since" | "body" | "until"
>;

export function readStored({ _id, version, due, finding, since, body, until }: StoredDocument): StoredRecord {
  return {
    ...nameIn(_id),
    version,
    due: due ?? null,
    finding: finding ?? null,
    since: since ?? null,
    body,
    ...(until !== undefined && { until }),
  };
}

/** The document of a record that is to come into being. */
export function creation(change: Change, created: string, flush: string): RecordDocument {
  const { body } = change;
  const { set } = fieldsOf(change);
  return {
    _id: keyOf(change),
    version: 1,
    created,
    ...set,
    body,
    flush,
    ...(change.to > change.from && { marks: [markOf(change, flush)] }),
  };
}

/**
 * One statement of an `update` command: it changes nothing unless the record has the version that was decided on.
 * `isTold`: at that version, all its marks are of what the feed has told.
 */
export function rewriting(change: Change, flush: string, isTold: boolean): object {
  const { expected, body } = change;
  const { set, unset } = fieldsOf(change);
  const brings = change.to > change.from ? [markOf(change, flush)] : [];
  const [mark] = brings;
  return {
    q: { _id: keyOf(change), version: expected },
    u: {
      $set: { version: expected + 1, ...set, body, flush, ...(isTold && { marks: brings }) },
      $unset: unset,
      ...(mark && !isTold && { $push: { marks: mark } }),
    },
  };
}

const markOf = ({ from, to }: Change, flush: string): Mark => ({ flush, from, to });

type Fields = Omit<RecordDocument, "_id" | "version" | "created" | "body" | "flush" | "marks">;

/** What stands in the document, and what must not. */
function fieldsOf({ kind, columns: { tags, ...columns }, until }: Change): {
  set: Fields;
  unset: { [name: string]: "" };
} {
  const set: { [name: string]: unknown } = { kind: until === undefined ? kind : "tombstone" };
  const unset: { [name: string]: "" } = {};
  for (const [name, value] of Object.entries({ ...columns, until: until ?? null })) {
    if (value === null) unset[name] = "";
    else set[name] = value;
  }
  if (tags.length === 0) unset.tags = "";
  else set.tags = [...new Set(tags)];
  return { set: set as unknown as Fields, unset };
}
