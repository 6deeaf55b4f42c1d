import { tagsOf } from "../domain/indexed.ts";
import type { Record } from "../domain/record.ts";
import type { StoredBody } from "./store.ts";

/** A stored body that is not what drett wrote. The records beside it are not affected. */
export class RecordUnreadable extends Error {
  override readonly name = "RecordUnreadable";
}

export const writeBody = (record: Record): string => JSON.stringify(record.facts);

export function readRecord({ kind, id, body }: StoredBody): Record {
  try {
    const record = { kind, id, facts: JSON.parse(body) } as Record;
    // A record of which nobody can say what it is has been tampered with: its tags would throw.
    tagsOf(record);
    return record;
  } catch (cause) {
    throw new RecordUnreadable(`the stored facts of ${kind} ${id} cannot be read`, { cause });
  }
}
