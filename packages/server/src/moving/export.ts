import {
  pagesOf,
  type Query,
  type RecordKind,
  readTombstone,
  type Store,
  type StoredRecord,
} from "@drett/core";
import { CHECK_EVERY, HEADER, Sum } from "./file-format.ts";

const PAGE = 500;
/** Whoever reads a record needs to know its allocation. */
export const KINDS: readonly RecordKind[] = ["session", "freeze", "plan", "allocation", "resource"];

/** The lines of an export. Beside a running server it holds all that was acknowledged before it began. */
export async function* exportLines(store: Store): AsyncGenerator<string> {
  const sum = new Sum();
  const line = (value: object) => {
    const text = JSON.stringify(value);
    sum.add(text);
    return text;
  };
  yield line(HEADER);
  for await (const part of parts(store)) {
    for (const stored of part) yield line(contentOf(stored));
    sum.records += part.length;
    if (part.length === CHECK_EVERY) yield line(sum.check("so far"));
  }
  yield line(sum.check("end"));
}

/**
 * As many records as stand between two checks, the allocations before the resources. An import writes such a part at
 * once, and stores need not keep the order within one commit: so it is one that does not depend on them.
 */
async function* parts(store: Store): AsyncGenerator<readonly StoredRecord[]> {
  let part: StoredRecord[] = [];
  const queries = [...KINDS.map((kind) => ({ kind, order: "oldest" as const })), { order: "until" as const }];
  for (const query of queries) {
    for await (const record of recordsOf(store, query)) {
      part.push(record);
      if (part.length < CHECK_EVERY) continue;
      yield part.sort(byName);
      part = [];
    }
  }
  yield part.sort(byName);
}

const byName = (a: StoredRecord, b: StoredRecord) => (`${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1);

function contentOf(stored: StoredRecord): object {
  const { kind, id, body } = stored;
  const tombstone = readTombstone(stored);
  if (!tombstone) return { kind, id, facts: factsIn(body, `${kind} ${id}`) };
  const { application, state, closed, until } = tombstone;
  return { kind, id, tombstone: { application, state, closed, until } };
}

async function* recordsOf(store: Store, asked: Pick<Query, "kind" | "order">) {
  for await (const { records } of pagesOf(store, { ...asked, limit: PAGE })) yield* records;
}

/** A backup that leaves out what it cannot read would be found out on the day on which it is needed. */
function factsIn(body: string, name: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Error(
      `the stored facts of ${name} cannot be read: restore it from a backup, then export again`,
      {
        cause,
      },
    );
  }
}
