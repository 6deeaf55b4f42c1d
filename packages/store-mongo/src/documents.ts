import type { Change, Columns, RecordKind, StoredRecord } from "@drett/core";

/** Facts that a flush brought and that the feed has not told yet: the places from `from` up to `to`. */
export interface Untold {
  readonly stamp: string;
  readonly from: number;
  readonly to: number;
}

/** A record. What is null in its columns is absent here, so that indexes hold only what can be found by them. */
export interface RecordDocument {
  /** See {@link keyOf}. */
  readonly _id: string;
  readonly kind: RecordKind;
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
  /** Of the flush that wrote it last. */
  readonly stamp: string;
  readonly untold?: readonly Untold[] | undefined;
}

export const keyOf = ({ kind, id }: { kind: RecordKind; id: string }): string => `${kind}/${id}`;

export function nameIn(key: string): { kind: RecordKind; id: string } {
  const slash = key.indexOf("/");
  return { kind: key.slice(0, slash) as RecordKind, id: key.slice(slash + 1) };
}

/** What a reader needs of it. */
export const STORED = { version: 1, due: 1, finding: 1, since: 1, body: 1 } as const;
export type StoredDocument = Pick<RecordDocument, "_id" | "version" | "due" | "finding" | "since" | "body">;

export function readStored({ _id, version, due, finding, since, body }: StoredDocument): StoredRecord {
  return {
    ...nameIn(_id),
    version,
    due: due ?? null,
    finding: finding ?? null,
    since: since ?? null,
    body,
  };
}

/** The document of a record that is to come into being. */
export function creation(change: Change, created: string, stamp: string): RecordDocument {
  const { kind, body, columns } = change;
  const { set } = fieldsOf(columns);
  const untold = untoldOf(change, stamp);
  return {
    _id: keyOf(change),
    kind,
    version: 1,
    created,
    ...set,
    body,
    stamp,
    ...(untold && { untold: [untold] }),
  };
}

/** One statement of an `update` command: it changes nothing unless the record has the version that was decided on. */
export function rewriting(change: Change, stamp: string): object {
  const { expected, body, columns } = change;
  const { set, unset } = fieldsOf(columns);
  const untold = untoldOf(change, stamp);
  return {
    q: { _id: keyOf(change), version: expected },
    u: {
      $set: { version: expected + 1, ...set, body, stamp },
      ...(Object.keys(unset).length > 0 && { $unset: unset }),
      ...(untold && { $push: { untold } }),
    },
  };
}

const untoldOf = ({ from, to }: Change, stamp: string): Untold | undefined =>
  to > from ? { stamp, from, to } : undefined;

type Fields = Omit<RecordDocument, "_id" | "kind" | "version" | "created" | "body" | "stamp" | "untold">;

/** What stands in the document, and what must not. */
function fieldsOf({ tags, ...columns }: Columns): { set: Fields; unset: { [name: string]: "" } } {
  const set: { [name: string]: unknown } = {};
  const unset: { [name: string]: "" } = {};
  for (const [name, value] of Object.entries(columns)) {
    if (value === null) unset[name] = "";
    else set[name] = value;
  }
  if (tags.length === 0) unset.tags = "";
  else set.tags = [...new Set(tags)];
  return { set: set as unknown as Fields, unset };
}
