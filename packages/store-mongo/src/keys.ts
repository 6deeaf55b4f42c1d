import type { StoredKind } from "@drett/core";

/** What a record is called in the database. */
export const keyOf = ({ kind, id }: { kind: StoredKind; id: string }): string => `${kind}/${id}`;

export function nameIn(key: string): { kind: StoredKind; id: string } {
  const slash = key.indexOf("/");
  return { kind: key.slice(0, slash) as StoredKind, id: key.slice(slash + 1) };
}
