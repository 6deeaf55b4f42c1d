import { sweep } from "../domain/commands/sweep.ts";
import { type Context, indexed } from "../domain/indexed.ts";
import type { Allocation } from "../domain/record.ts";
import type { StoredRecord } from "../ports/store.ts";
import type { Engine } from "./engine.ts";
import { RecordUnreadable, readRecord } from "../ports/stored-record.ts";

export interface Swept {
  /** Records that were due and were looked at. */
  readonly looked: number;
  /** More is due than one pass takes on. */
  readonly more: boolean;
}

const ACTOR = "drett";
const PAGE = 500;

/** One pass over what is due by now; reads the due index and nothing else. */
export async function sweepDue(engine: Engine, limit = PAGE): Promise<Swept> {
  const { store, clock } = engine;
  const due = { dueBy: clock.now(), order: "due", limit } as const;
  const allocations = await store.query({ kind: "allocation", ...due });
  for (const { id } of allocations.records) {
    await sweepMembers(engine, id);
    await look(engine, [{ kind: "allocation", id }]);
  }
  const resources = await store.query({ kind: "resource", ...due });
  await look(engine, resources.records);
  return {
    looked: allocations.records.length + resources.records.length,
    more: allocations.next !== undefined || resources.next !== undefined,
  };
}

/** Carries out on the members what became of their allocation; writes only those for which something follows. */
async function sweepMembers(engine: Engine, allocation: string): Promise<void> {
  const { store, clock, defaults } = engine;
  const [stored] = await store.load([{ kind: "allocation", id: allocation }]);
  if (!stored) return;
  const group = readRecord(stored) as Allocation;
  let cursor: string | undefined;
  do {
    const query = { kind: "resource", where: { allocation }, order: "newest", limit: PAGE } as const;
    const page = await store.query(cursor === undefined ? query : { ...query, cursor });
    const now = clock.now();
    await look(
      engine,
      page.records.filter((member) => isOutdated(member, group, { now, defaults })),
    );
    cursor = page.next;
  } while (cursor !== undefined);
}

/** Whether something follows for the member: another finding, or an earlier look. */
function isOutdated(member: StoredRecord, group: Allocation, context: Context): boolean {
  try {
    const { due, finding } = indexed(readRecord(member), group, context);
    return finding !== member.finding || (due !== null && due < (member.due ?? Number.POSITIVE_INFINITY));
  } catch (error) {
    if (error instanceof RecordUnreadable) return false;
    throw error;
  }
}

async function look(engine: Engine, records: readonly Pick<StoredRecord, "kind" | "id">[]): Promise<void> {
  await Promise.all(records.map(({ kind, id }) => engine.submit(sweep, { kind, id }, ACTOR)));
}
