import { isRefusal } from "../domain/command.ts";
import { prune } from "../domain/commands/prune.ts";
import type { Defaults } from "../domain/defaults.ts";
import type { Fact, Ms } from "../domain/fact.ts";
import { RECORD_KINDS, type StoredKind } from "../domain/record.ts";
import type { RefusalCode } from "../domain/refusal.ts";
import { closedBy, firstHeard, horizonAt } from "../domain/retention.ts";
import type { Page, Store, StoredEvent } from "../ports/store.ts";
import { readIfReadable, readTombstone } from "../ports/stored-record.ts";
import { type Candidate, candidatesOn } from "./candidates.ts";
import type { Engine } from "./engine.ts";
import { ACTOR } from "./looking.ts";
import { doubtOf } from "./prune-clock.ts";

/** What one small step did. */
export interface PruneStep {
  readonly pruned: readonly Candidate[];
  /** Tombstones whose time was over. */
  readonly cleared: number;
  /** Events that left the feed. */
  readonly trimmed: number;
  /** Why it stopped short: nothing is lost, and a later round goes on. */
  readonly refused?: RefusalCode;
  /** Nothing was done: since then nobody has pruned, and the clock may be ahead. */
  readonly doubtful?: Ms;
}

interface Moment {
  readonly now: number;
  readonly defaults: Defaults;
}

export const NOTHING: PruneStep = { pruned: [], cleared: 0, trimmed: 0 };
const EVENTS = 200;

/**
 * Takes out what has been kept for long enough: first events, then records, members before their allocations and
 * sessions, then tombstones. It goes in steps of at most a page, between which whoever takes them may rest.
 */
export class Pruning {
  readonly #engine: Engine;
  readonly #page: number;
  /** Before this place nothing is left of its kind: the next round need not look there again. */
  readonly #starts = new Map<StoredKind, string>();

  constructor(engine: Engine, page = 50) {
    this.#engine = engine;
    this.#page = page;
  }

  /**
   * One round. It ends early where the store, or the line before it, has no room, and does nothing where the clock may be
   * wrong, unless a person says that it is right. What time it is is asked once: no jump on the way takes more.
   */
  async *round({ clockIsRight = false } = {}): AsyncGenerator<PruneStep> {
    const { store, clock } = this.#engine;
    const now = clock.now();
    const doubtful = await doubtOf(store, now, clockIsRight);
    if (doubtful !== undefined) return yield { ...NOTHING, doubtful };
    yield* this.#trimEvents(now);
    for (const kind of RECORD_KINDS) {
      for await (const step of this.#pruneKind(kind, now)) {
        yield step;
        if (step.refused) return;
      }
    }
    yield* this.#clearTombstones(now);
  }

  async *#trimEvents(now: Ms): AsyncGenerator<PruneStep> {
    const { store, defaults } = this.#engine;
    let cursor: string | undefined;
    for (;;) {
      const { events } = await store.events(cursor, EVENTS);
      const count = await beyondHorizon(events, EVENTS, { store, now, defaults });
      const last = events[count - 1];
      if (!last) return;
      yield { ...NOTHING, trimmed: await store.trim(last.cursor) };
      if (count < EVENTS) return;
      cursor = last.cursor;
    }
  }

  async *#pruneKind(kind: StoredKind, now: Ms): AsyncGenerator<PruneStep> {
    const { store, defaults } = this.#engine;
    let cursor = this.#starts.get(kind);
    let isUnbroken = true;
    for (;;) {
      const query = { kind, order: "oldest", limit: this.#page } as const;
      const page = await store.query(cursor === undefined ? query : { ...query, cursor });
      const candidates = await candidatesOn(page.records, { store, now, defaults });
      const step = await this.#prune(candidates);
      isUnbroken &&= step.pruned.length === page.records.length;
      if (isUnbroken && page.next !== undefined) this.#starts.set(kind, page.next);
      yield step;
      if (endsAt(page, { now, defaults })) return;
      cursor = page.next;
    }
  }

  async #prune(candidates: readonly Candidate[]): Promise<PruneStep> {
    const outcomes = await Promise.all(
      candidates.map(({ kind, id }) => this.#engine.submit(prune, { kind, id }, ACTOR)),
    );
    const pruned = candidates.filter((_, place) => {
      const outcome = outcomes[place];
      return outcome && !isRefusal(outcome) && outcome.reply.outcome === "pruned";
    });
    const refusal = outcomes.filter(isRefusal).find(({ refused }) => refused !== "record-unreadable");
    return { ...NOTHING, pruned, ...(refusal && { refused: refusal.refused }) };
  }

  async *#clearTombstones(now: Ms): AsyncGenerator<PruneStep> {
    const { store } = this.#engine;
    for (;;) {
      const { records } = await store.query({ order: "until", limit: this.#page });
      const over = records.filter(({ until = now }) => until <= now);
      if (over.length === 0) return;
      const outcomes = await Promise.all(
        over.map(({ kind, id }) => this.#engine.submit(prune, { kind, id }, ACTOR)),
      );
      const refusal = outcomes.find(isRefusal);
      const cleared = outcomes.filter((it) => !isRefusal(it) && it.reply.outcome === "cleared").length;
      yield { ...NOTHING, cleared, ...(refusal && { refused: refusal.refused }) };
      if (cleared < over.length) return;
    }
  }
}

/** Whatever comes after a young record was created later still: none of it was closed long enough ago. */
export function endsAt({ records, next }: Page, { now, defaults }: Moment): boolean {
  const last = records.map(readIfReadable).findLast((record) => record !== undefined);
  const created = last && firstHeard(last);
  const isYoung = created !== undefined && created > closedBy(now, defaults) && created <= now;
  return next === undefined || isYoung;
}

/**
 * How many events at the beginning of a page are beyond the horizon. One that bears no time, or one that is yet to
 * come, as after a clock went wrong, goes with those after it.
 */
export async function beyondHorizon(
  events: readonly StoredEvent[],
  limit: number,
  { store, now, defaults }: Moment & { readonly store: Store },
): Promise<number> {
  const horizon = horizonAt(now, defaults);
  const closed = await closedTimes(events, store);
  const times = events.map((event) => arrivalOf(event) ?? closed.get(nameOf(event)));
  const isTold = (time: number | undefined) => time !== undefined && time <= now;
  const young = times.findIndex((time) => isTold(time) && (time as number) > horizon);
  if (young === -1 && events.length === limit) return limit;
  const leading = young === -1 ? times : times.slice(0, young);
  return leading.findLastIndex(isTold) + 1;
}

function arrivalOf({ fact }: StoredEvent): number | undefined {
  if (fact === null) return undefined;
  const { arrival } = JSON.parse(fact) as Fact;
  return typeof arrival === "number" ? arrival : undefined;
}

/** Of those whose facts are gone: all of them had come by then. */
async function closedTimes(
  events: readonly StoredEvent[],
  store: Store,
): Promise<ReadonlyMap<string, number>> {
  const keys = new Map(
    events.filter(({ fact }) => fact === null).map(({ kind, id }) => [nameOf({ kind, id }), { kind, id }]),
  );
  if (keys.size === 0) return new Map();
  const loaded = await store.load([...keys.values()]);
  return new Map(
    loaded.flatMap((stored) => {
      const tombstone = readTombstone(stored);
      return tombstone ? [[nameOf(stored), tombstone.closed] as const] : [];
    }),
  );
}

const nameOf = ({ kind, id }: { kind: StoredKind; id: string }) => `${kind} ${id}`;
