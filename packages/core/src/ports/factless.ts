import type { StoredKind } from "../domain/record.ts";
import type { Change, StoredRecord } from "./store.ts";

/** What drett keeps for itself: written over and over, in no list and no feed. */
export interface Factless {
  readonly kind: StoredKind;
  readonly id: string;
  readonly tags: readonly string[];
  readonly body: object;
}

export function changeOf({ kind, id, tags, body }: Factless, expected: number): Change {
  const nothing = { finding: null, since: null, due: null, module: null, owner: null, type: null };
  return {
    kind,
    id,
    expected,
    columns: { state: kind, application: "drett", allocation: null, ...nothing, tags },
    body: JSON.stringify([body]),
    from: 0,
    to: 0,
  };
}

/** Whoever wrote it knows what it is. */
export const bodyOf = ({ body }: StoredRecord): object => (JSON.parse(body) as [object])[0];
