import { type Context, indexed } from "../domain/indexed.ts";
import type { Allocation, RecordKind, Session } from "../domain/record.ts";
import { pagesOf } from "../ports/pages.ts";
import type { StoredRecord } from "../ports/store.ts";
import { readIfReadable } from "../ports/stored-record.ts";
import type { Engine } from "./engine.ts";
import { type Look, type Looked, look, PAGE } from "./looking.ts";
import { followOnAll, followWhereLeft } from "./sweep-sessions.ts";

export interface Swept {
  /** Records that were due and were looked at. */
  readonly looked: number;
  /** More is due than one pass takes on. */
  readonly more: boolean;
}

/** Sessions that are worked off side by side: each has a page of its own to be read. */
const ABREAST = 50;

/** One pass over what is due by now; reads the due index and nothing else. */
export async function sweepDue(engine: Engine, limit = PAGE): Promise<Swept> {
  const sessions = await sweepKind(engine, "session", limit, async (records) => {
    const looked: Looked[] = [];
    for (let start = 0; start < records.length; start += ABREAST) {
      const some = records.slice(start, start + ABREAST);
      looked.push(...(await Promise.all(some.map((it) => sweepSession(engine, it)))));
    }
    return looked;
  });
  const allocations = await sweepKind(engine, "allocation", limit, async (records) => {
    const looked: Looked[] = [];
    for (const { id } of records) looked.push(await sweepAllocation(engine, id));
    return looked;
  });
  const resources = await sweepKind(engine, "resource", limit, async (records) => {
    await followWhereLeft(engine, records);
    return look(engine, named("resource", records));
  });
  const others: Swept[] = [];
  for (const kind of ["freeze", "plan"] as const) {
    others.push(await sweepKind(engine, kind, limit, (records) => look(engine, named(kind, records))));
  }
  const all = [sessions, allocations, resources, ...others];
  return { looked: all.reduce((sum, { looked }) => sum + looked, 0), more: all.some(({ more }) => more) };
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

const named = (kind: RecordKind, records: readonly StoredRecord[]): Look[] =>
  records.map(({ id }) => ({ kind, id }));

/** Carries out on its resources what became of the session; then it is no longer due for them. */
async function sweepSession(engine: Engine, stored: StoredRecord): Promise<Looked> {
  const session = readIfReadable(stored) as Session | undefined;
  if (!session) return "unreadable";
  if (!(await followOnAll(engine, session))) return "later";
  const [looked = "later"] = await look(engine, [
    { kind: "session", id: session.id, facts: session.facts.length },
  ]);
  return looked;
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
  const members = {
    kind: "resource",
    where: { allocation: group.id },
    order: "newest",
    limit: PAGE,
  } as const;
  for await (const page of pagesOf(store, members)) {
    const now = clock.now();
    const outdated = page.records.filter((member) => isOutdated(member, group, { now, defaults }));
    if ((await look(engine, named("resource", outdated))).includes("later")) return false;
  }
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
