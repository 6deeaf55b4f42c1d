import { isRefusal } from "../domain/command.ts";
import { sweep } from "../domain/commands/sweep.ts";
import { type Context, indexed } from "../domain/indexed.ts";
import type { Allocation, RecordKind } from "../domain/record.ts";
import type { StoredRecord } from "../ports/store.ts";
import { readIfReadable } from "../ports/stored-record.ts";
import type { Engine } from "./engine.ts";

export interface Swept {
  /** Records that were due and were looked at. */
  readonly looked: number;
  /** More is due than one pass takes on. */
  readonly more: boolean;
}

const ACTOR = "drett";
const PAGE = 500;

/** `unreadable`: nothing helps but a backup; `later`: it stays due, and the next pass tries again. */
type Looked = "looked" | "unreadable" | "later";

/** One pass over what is due by now; reads the due index and nothing else. */
export async function sweepDue(engine: Engine, limit = PAGE): Promise<Swept> {
  const allocations = await sweepKind(engine, "allocation", limit, async (records) => {
    const looked: Looked[] = [];
    for (const { id } of records) looked.push(await sweepAllocation(engine, id));
    return looked;
  });
  const resources = await sweepKind(engine, "resource", limit, (records) => look(engine, records));
  return { looked: allocations.looked + resources.looked, more: allocations.more || resources.more };
}

/** One page of what is due, and the next one where something on it cannot be read: that must hide nothing. */
async function sweepKind(
  { store, clock }: Engine,
  kind: RecordKind,
  limit: number,
  lookAt: (records: readonly StoredRecord[]) => Promise<readonly Looked[]>,
): Promise<Swept> {
  const due = { kind, dueBy: clock.now(), order: "due", limit } as const;
  let page = await store.query(due);
  let looked = page.records.length;
  while ((await lookAt(page.records)).includes("unreadable") && page.next !== undefined) {
    page = await store.query({ ...due, cursor: page.next });
    looked += page.records.length;
  }
  return { looked, more: page.next !== undefined };
}

/** Carries out on the members what became of the allocation; then it is no longer due for them. */
async function sweepAllocation(engine: Engine, id: string): Promise<Looked> {
  const stored = (await engine.store.load([{ kind: "allocation", id }])).find((it) => it.id === id);
  if (!stored) return "looked";
  const group = readIfReadable(stored) as Allocation | undefined;
  if (!group) return "unreadable";
  if (!(await sweepMembers(engine, group))) return "later";
  const [looked = "later"] = await look(engine, [{ kind: "allocation", id, facts: group.facts.length }]);
  return looked;
}

/** Writes only those members for which something follows. Returns whether it reached all that can be read. */
async function sweepMembers(engine: Engine, group: Allocation): Promise<boolean> {
  const { store, clock, defaults } = engine;
  let cursor: string | undefined;
  do {
    const query = {
      kind: "resource",
      where: { allocation: group.id },
      order: "newest",
      limit: PAGE,
    } as const;
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    const now = clock.now();
    const outdated = page.records.filter((member) => isOutdated(member, group, { now, defaults }));
    if ((await look(engine, outdated)).includes("later")) return false;
    cursor = page.next;
  } while (cursor !== undefined);
  return true;
}

/** Whether something follows for the member: another finding, or an earlier look. */
function isOutdated(member: StoredRecord, group: Allocation, context: Context): boolean {
  const record = readIfReadable(member);
  if (!record) return false;
  const { due, finding, since } = indexed(record, group, context);
  return (
    finding !== member.finding ||
    since !== member.since ||
    (due !== null && due < (member.due ?? Number.POSITIVE_INFINITY))
  );
}

interface Look {
  readonly kind: RecordKind;
  readonly id: string;
  readonly facts?: number;
}

const look = (engine: Engine, looks: readonly Look[]): Promise<Looked[]> =>
  Promise.all(looks.map((it) => lookAtOne(engine, it)));

async function lookAtOne(engine: Engine, { kind, id, facts }: Look): Promise<Looked> {
  const named = facts === undefined ? { kind, id } : { kind, id, facts };
  const outcome = await engine.submit(sweep, named, ACTOR);
  if (!isRefusal(outcome)) return "looked";
  return outcome.refused === "record-unreadable" ? "unreadable" : "later";
}
