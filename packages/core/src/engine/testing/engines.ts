import assert from "node:assert/strict";
import { DEFAULTS } from "../../domain/defaults.ts";
import type { Fact } from "../../domain/fact.ts";
import { type Columns, indexed, statusOf } from "../../domain/indexed.ts";
import { type Allocation, describe, type Record, type RecordKind } from "../../domain/record.ts";
import { minute, type Saying, type Standing, standingOf } from "../../domain/testing/given.ts";
import type { Clock } from "../../ports/clock.ts";
import { pagesOf } from "../../ports/pages.ts";
import type { Query, Store, StoredRecord } from "../../ports/store.ts";
import { readRecord } from "../../ports/stored-record.ts";
import type { Outcome } from "../committer.ts";
import { Engine, type EngineOptions } from "../engine.ts";

/** A clock that tests set, in minutes after noon. */
class MinuteClock implements Clock {
  minutes = 60;

  now(): number {
    return minute(this.minutes);
  }
}

export interface Trial {
  readonly engine: Engine;
  readonly clock: MinuteClock;
  /** What went wrong inside. */
  readonly errors: unknown[];
}

export type TrialOptions = Partial<EngineOptions> & { readonly clock?: MinuteClock };

/** An engine on the store, at one o'clock, that mints readable ids. */
export function engineOn(store: Store, options: TrialOptions = {}): Trial {
  const clock = options.clock ?? new MinuteClock();
  const errors: unknown[] = [];
  let minted = 0;
  const engine = new Engine({
    store,
    newId: () => `minted-${++minted}`,
    onError: (error) => errors.push(error),
    ...options,
    clock,
  });
  return { engine, clock, errors };
}

/** A decision is said by somebody who has seen all of the record, unless it tells another version. */
export const hear = (engine: Engine, saying: Saying): Promise<Outcome> =>
  saying.needsSeen
    ? asSeenIn(engine.store, saying).then((said) => hear(engine, said))
    : engine.submit(saying.command, saying.input, "tester");

/** The decision as somebody takes it whom the latest facts have escaped. */
export async function asSeenIn(store: Store, saying: Saying, unseen = 0): Promise<Saying> {
  const id = String(saying.input.id);
  const kinds = ["resource", "allocation", "session"] as const;
  const loaded = await store.load(kinds.map((kind) => ({ kind, id })));
  const stored = loaded.find((it) => it.id === id);
  return saying.seeing(stored ? readRecord(stored).facts.length - unseen : 0);
}

/** All at once, so that they travel in one flush. */
export const hearTogether = (engine: Engine, ...sayings: readonly Saying[]): Promise<Outcome[]> =>
  Promise.all(sayings.map((saying) => hear(engine, saying)));

export const created = (id = "vm-1") => ({ reply: { id }, created: true });
export const accepted = (id = "vm-1") => ({ reply: { id }, created: false });

/** The code of a refusal; nothing where it was accepted. */
export const refusalIn = (outcome: Outcome) => ("refused" in outcome ? outcome.refused : undefined);

/** One after the other; none of it is refused. */
export async function hearsWell(engine: Engine, ...sayings: readonly Saying[]): Promise<void> {
  for (const saying of sayings)
    assert.equal(refusalIn(await hear(engine, saying)), undefined, saying.command.name);
}

/** Sweeps until no more is due than one pass takes on. */
export async function sweepAll(engine: Engine): Promise<void> {
  for (let pass = 0; pass < 20; pass++) {
    const { more } = await engine.sweep();
    if (!more) return;
  }
  assert.fail("the sweep comes to no end");
}

/** One record as it is stored. */
export interface Kept {
  readonly record: Record;
  readonly stored: StoredRecord;
  /** The allocation that it belongs to, as that is stored. */
  readonly group: Kept | undefined;
}

/** Writes a record that nobody can read. */
export const spoil = (
  store: Store,
  kind: RecordKind,
  id: string,
  columns: Partial<Columns> = {},
  expected = 0,
) =>
  store.commit([
    {
      kind,
      id,
      expected,
      columns: {
        state: "pending",
        finding: null,
        since: null,
        due: null,
        application: "probe",
        module: null,
        owner: null,
        type: null,
        allocation: null,
        tags: [],
        ...columns,
      },
      body: UNREADABLE,
      from: 0,
      to: 1,
    },
  ]);
const UNREADABLE = '[{"kind":"inte';

/** All that is stored and can be read, by kind and id. */
export async function keptIn(store: Store): Promise<ReadonlyMap<string, Kept>> {
  const kept = new Map<string, Kept>();
  for (const kind of ["allocation", "resource", "session", "freeze", "plan"] as const) {
    for (const stored of await everything(store, { kind, order: "newest", limit: 1000 })) {
      if (stored.body === UNREADABLE) continue;
      const record = readRecord(stored);
      const name = record.kind === "resource" ? describe(record).allocation : undefined;
      kept.set(`${kind} ${stored.id}`, { record, stored, group: kept.get(`allocation ${name}`) });
    }
  }
  return kept;
}

async function everything(store: Store, query: Query): Promise<StoredRecord[]> {
  const pages = await Array.fromAsync(pagesOf(store, query));
  return pages.flatMap(({ records }) => records);
}

/** Its columns as they would be derived at that minute. */
export function freshColumns({ record, group }: Kept, minutes: number): Columns {
  const moment = { now: minute(minutes), defaults: DEFAULTS };
  return indexed(record, group?.record as Allocation | undefined, moment);
}

export function standingAt({ record, group }: Kept, minutes: number): Standing {
  const moment = { now: minute(minutes), defaults: DEFAULTS };
  const allocation = group?.record as Allocation | undefined;
  return standingOf(statusOf(record, allocation, moment));
}

/** Everything that was said, by record, in one order for all; whenever and from whom it was heard. */
export async function allSaid(store: Store): Promise<{ [name: string]: string[] }> {
  const kept = [...(await keptIn(store))].map(([name, { record }]) => [name, saidIn(record)] as const);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A hold is known by its id: told again at another time, it is the one that came first. */
const saidIn = ({ facts }: Record): string[] =>
  (facts as readonly Fact[])
    .map(({ arrival, actor, ...said }) => stableJson("hold" in said ? { ...said, at: 0 } : said))
    .sort();

const stableJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The kinds of the facts of one record, in the order of their arrival. */
export async function kindsIn(store: Store, name = "resource vm-1"): Promise<string[]> {
  const kept = (await keptIn(store)).get(name);
  return ((kept?.record.facts ?? []) as readonly Fact[]).map(({ kind }) => kind);
}
