import { applicationOf } from "../domain/caller.ts";
import { costOf, rounded } from "../domain/cost.ts";
import { kindOfRank } from "../domain/finding.ts";
import { formatInstant } from "../domain/instant.ts";
import { describe, type Record } from "../domain/record.ts";
import { pagesOf } from "../ports/pages.ts";
import type { Store, StoredRecord } from "../ports/store.ts";
import { readIfReadable } from "../ports/stored-record.ts";

/** Records that are counted while somebody waits: that must not cost more the more there is. */
export const CAP = 10_000;
const PAGE = 1_000;
/** While nobody waits: a page holds up everybody else for as long as it takes to count. */
const SMALL_PAGE = 100;

type Counted = Awaited<ReturnType<typeof countFindings>>;

/** With so many of the worst as may be counted at once. */
export const countNow = (store: Store, now: number) => countFindings(store, now, CAP, PAGE);

async function countFindings(store: Store, now: number, cap: number, limit: number, signal?: AbortSignal) {
  const tally = new Tally(now);
  let isWhole = true;
  signal?.throwIfAborted();
  for await (const { records, next } of pagesOf(store, { order: "finding", limit })) {
    for (const stored of records) tally.add(stored);
    signal?.throwIfAborted();
    isWhole = next === undefined;
    if (tally.count >= cap) break;
  }
  return { ...tally.result(), capped: !isWhole, asOf: now };
}

/** The last whole count, where there is too much to be counted while somebody waits. */
export class FindingsCount {
  readonly #store: Store;
  #counted: Counted | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Of this very store: who sees a part of it has to count for himself. */
  of(store: Store): Counted | undefined {
    return store === this.#store ? this.#counted : undefined;
  }

  /** Rejects where it is told to stop. */
  async renew(now: number, signal?: AbortSignal): Promise<void> {
    const all = Number.POSITIVE_INFINITY;
    const counted = await countFindings(this.#store, now, all, SMALL_PAGE, signal);
    this.#counted = counted.count > CAP ? counted : undefined;
  }
}

class Tally {
  count = 0;
  readonly #now: number;
  readonly #kinds = new Map<number, { count: number; oldest: number }>();
  readonly #applications = new Map<string, number>();
  readonly #owners = new Map<string, number>();
  readonly #types = new Map<string, number>();
  readonly #costs = new Map<string, { perHour: number; soFar: number }>();
  #unpriced = 0;

  constructor(now: number) {
    this.#now = now;
  }

  add(stored: StoredRecord): void {
    const record = readIfReadable(stored);
    if (!record) return;
    this.count += 1;
    const { finding, since } = stored as { finding: number; since: number };
    const kind = this.#kinds.get(finding) ?? { count: 0, oldest: since };
    this.#kinds.set(finding, { count: kind.count + 1, oldest: Math.min(kind.oldest, since) });
    this.#addOwner(record);
  }

  #addOwner(record: Record): void {
    if (record.kind !== "resource") {
      increment(this.#applications, applicationOf(record));
      return;
    }
    const { application, owner, type } = describe(record);
    increment(this.#applications, application);
    increment(this.#owners, owner);
    increment(this.#types, type);
    const cost = costOf(record, this.#now);
    if (!cost) {
      this.#unpriced += 1;
      return;
    }
    const { perHour, soFar } = this.#costs.get(cost.currency) ?? { perHour: 0, soFar: 0 };
    this.#costs.set(cost.currency, { perHour: perHour + cost.perHour, soFar: soFar + cost.soFar });
  }

  result() {
    const oldest = [...this.#kinds.values()].map((kind) => kind.oldest);
    return {
      count: this.count,
      oldest: oldest.length > 0 ? formatInstant(Math.min(...oldest)) : null,
      byKind: [...this.#kinds]
        .sort(([a], [b]) => a - b)
        .map(([rank, { count, oldest }]) => ({
          kind: kindOfRank(rank),
          count,
          oldest: formatInstant(oldest),
        })),
      byApplication: mostFirst(this.#applications),
      byOwner: mostFirst(this.#owners),
      byType: mostFirst(this.#types),
      costs: [...this.#costs].map(([currency, { perHour, soFar }]) => ({
        currency,
        perHour: rounded(perHour),
        soFar: rounded(soFar),
      })),
      unpriced: this.#unpriced,
    };
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

const mostFirst = (counts: Map<string, number>) =>
  [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => b.count - a.count);
