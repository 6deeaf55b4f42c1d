import type { RecordKind } from "@drett/core";

/** What a record is called in the database. */
export const keyOf = ({ kind, id }: { kind: RecordKind; id: string }): string => `${kind}/${id}`;

export function nameIn(key: string): { kind: RecordKind; id: string } {
  const slash = key.indexOf("/");
  return { kind: key.slice(0, slash) as RecordKind, id: key.slice(slash + 1) };
}
