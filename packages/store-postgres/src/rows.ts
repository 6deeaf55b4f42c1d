import { hash } from "node:crypto";
import { type Change, type Key, STORED_KINDS, type StoredRecord } from "@drett/core";
import { bigints, integers, texts, uuids } from "./arrays.ts";

/** A row as the driver gives it: each value as text. */
export type Row = readonly (string | null)[];

export const kindNumber = (kind: StoredRecord["kind"]): number => STORED_KINDS.indexOf(kind);
export const kindOf = (number: string | null | undefined) =>
  STORED_KINDS[Number(number)] as StoredRecord["kind"];

/** The columns that a record is read from, in the order in which {@link readRecord} takes them. */
export const RECORD_COLUMNS = "kind, id, version, due, finding, since, body, until";

export function readRecord([kind, id, version, due, finding, since, body, until]: Row): StoredRecord {
  return {
    kind: kindOf(kind),
    id: id as string,
    version: Number(version),
    due: numberOf(due),
    finding: numberOf(finding),
    since: numberOf(since),
    body: body as string,
    ...(until != null && { until: Number(until) }),
  };
}

const numberOf = (text: string | null | undefined) => (text == null ? null : Number(text));

/** The parameters of the statement that loads. */
export function keyValues(keys: readonly Key[]): Buffer[] {
  const named = keys.filter((key) => key.kind !== "tag");
  const tags = keys.filter((key) => key.kind === "tag");
  return [
    texts(named.map(({ id }) => id)),
    integers(named.map(({ kind }) => kindNumber(kind))),
    uuids(tags.map(({ tag }) => digestOf(tag))),
  ];
}

/** The parameters of the statement that commits. */
export function changeValues(changes: readonly Change[]): Buffer[] {
  const columns = changes.map((change) => change.columns);
  return [
    texts(changes.map(({ id }) => id)),
    integers(changes.map(({ kind }) => kindNumber(kind))),
    integers(changes.map(({ expected }) => expected)),
    integers(changes.map(({ from }) => from)),
    integers(changes.map(({ to }) => to)),
    texts(columns.map(({ state }) => state)),
    integers(columns.map(({ finding }) => finding)),
    bigints(columns.map(({ since }) => since)),
    bigints(columns.map(({ due }) => due)),
    texts(columns.map(({ application }) => application)),
    texts(columns.map(({ module }) => module)),
    texts(columns.map(({ owner }) => owner)),
    texts(columns.map(({ type }) => type)),
    texts(columns.map(({ allocation }) => allocation)),
    texts(columns.map(({ tags }) => digestsOf(tags))),
    texts(changes.map(({ body }) => body)),
    bigints(changes.map(({ until = null }) => until)),
    integers(changes.map(({ gone }) => (gone ? 1 : 0))),
  ];
}

/** What stands for a tag: 16 bytes. */
export const digestOf = (tag: string): Buffer => hash("sha256", tag, "buffer").subarray(0, 16);

/** An array of them as text: the same for the same tags. */
function digestsOf(tags: readonly string[]): string | null {
  if (tags.length === 0) return null;
  const digests = new Set(tags.map((tag) => digestOf(tag).toString("hex")));
  return `{${[...digests].sort().join(",")}}`;
}
