import type { Plan } from "../domain/command.ts";
import { begun } from "../domain/derive-allocation.ts";
import {
  LIVE_STATES,
  NO_USAGE,
  overQuota,
  type Quota,
  type Quotas,
  quotaOf,
  together,
  type Usage,
  usageOf,
  usageOfLive,
} from "../domain/quota.ts";
import type { Allocation, Resource } from "../domain/record.ts";
import type { Refusal } from "../domain/refusal.ts";
import type { Key } from "../domain/view.ts";
import type { Store } from "../ports/store.ts";
import { readIfReadable } from "../ports/stored-record.ts";

/** A count is taken anew after so long; what others let in meanwhile can go over the quota. */
const FRESH_MS = 10_000;
/** Before somebody is refused, the count must be no older. */
const RECENT_MS = 1_000;
const PAGE = 1_000;

/** Keeps a place until it is known what came of the command. */
interface Place {
  readonly asked: Usage;
  /** Whether a count that begins now would see what came of it. */
  isSettled: boolean;
}

interface Count {
  usage: Usage;
  takenAt: number;
  /** What the count may not have seen. */
  places: Set<Place>;
  taking: Promise<void> | undefined;
}

export interface Admitted {
  /** Tells what came of it: whether something came to be. */
  settle(created: boolean): void;
}

/**
 * Lets in what stays within the quotas. It counts in the store what is live, from time to time, and itself what it let
 * in since, so that one server alone never goes over; what it cannot tell it counts as there.
 */
export class QuotaGate {
  readonly #store: Store;
  readonly #quotas: Quotas;
  /** Milliseconds that never go back. */
  readonly #elapsed: () => number;
  readonly #counts = new Map<string, Count>();

  constructor(store: Store, quotas: Quotas, elapsed: () => number = () => performance.now()) {
    this.#store = store;
    this.#quotas = quotas;
    this.#elapsed = elapsed;
  }

  /**
   * Rejects where the store does not answer. `applications` are those that the caller sees, where it does not see all:
   * what it asks for another is refused later, and must not tell how much that one has.
   */
  async admit(plan: Plan, applications?: readonly string[]): Promise<Refusal | Admitted | undefined> {
    const asked = usageOf(plan.resources);
    if (asked.live === 0) return undefined;
    const application = plan.application ?? (await this.#applicationOf(plan.allocation));
    const quota = application === undefined ? undefined : quotaOf(this.#quotas, application);
    if (application === undefined || quota === undefined) return undefined;
    if (applications?.includes(application) === false) return undefined;
    return this.#within(application, quota, asked, plan.keys);
  }

  async #within(
    application: string,
    quota: Quota,
    asked: Usage,
    keys: readonly Key[],
  ): Promise<Refusal | Admitted | undefined> {
    const count = await this.#counted(application, FRESH_MS);
    const over = () => overQuota(application, quota, { used: usedOf(count), asked });
    if (over()) await this.#counted(application, RECENT_MS);
    const refusal = over();
    if (!refusal) return this.#keepPlace(count, asked);
    // What is there already adds nothing: the command is a replay, or refused for another reason.
    return (await this.#store.load(keys)).length > 0 ? undefined : refusal;
  }

  #keepPlace({ places }: Count, asked: Usage): Admitted {
    const place: Place = { asked, isSettled: false };
    places.add(place);
    return {
      settle(created) {
        if (created) place.isSettled = true;
        else places.delete(place);
      },
    };
  }

  async #counted(application: string, atMostMs: number): Promise<Count> {
    const count = this.#counts.get(application) ?? newCount();
    this.#counts.set(application, count);
    if (this.#elapsed() - count.takenAt < atMostMs) return count;
    count.taking ??= this.#take(application, count).finally(() => {
      count.taking = undefined;
    });
    await count.taking;
    return count;
  }

  async #take(application: string, count: Count): Promise<void> {
    const begins = this.#elapsed();
    const seen = [...count.places].filter(({ isSettled }) => isSettled);
    count.usage = await countLive(this.#store, application);
    count.takenAt = begins;
    for (const place of seen) count.places.delete(place);
  }

  async #applicationOf(id: string | undefined): Promise<string | undefined> {
    if (id === undefined) return undefined;
    const [stored] = await this.#store.load([{ kind: "allocation", id }]);
    const allocation = stored && (readIfReadable(stored) as Allocation | undefined);
    return allocation && begun(allocation).application;
  }
}

const newCount = (): Count => ({
  usage: NO_USAGE,
  takenAt: Number.NEGATIVE_INFINITY,
  places: new Set(),
  taking: undefined,
});

const usedOf = ({ usage, places }: Count): Usage =>
  [...places].map(({ asked }) => asked).reduce(together, usage);

async function countLive(store: Store, application: string): Promise<Usage> {
  let usage = NO_USAGE;
  for (const state of LIVE_STATES) {
    let cursor: string | undefined;
    do {
      const where = { application, state };
      const query = { kind: "resource", where, order: "newest", limit: PAGE } as const;
      const page = await store.query(cursor === undefined ? query : { ...query, cursor });
      const resources = page.records.flatMap(
        (stored) => (readIfReadable(stored) as Resource | undefined) ?? [],
      );
      usage = together(usage, usageOfLive(resources));
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return usage;
}
