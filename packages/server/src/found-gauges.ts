import { FINDINGS, type FindingKind, type Store } from "@drett/core";
import { Gauge, type Registry } from "prom-client";

/** Counted up to here, of each kind: a scrape must not cost more the more there is. */
const CAP = 1_000;
/** A scrape within this time of the one before is told the same. */
const FRESH_MS = 10_000;

interface Found {
  readonly kind: FindingKind;
  readonly count: number;
  /** Since when the oldest holds; absent where there is none. */
  readonly since: number | undefined;
}

/** What is wrong now, and whether anybody looks: read from the store, so it is true whichever server sweeps. */
export class FoundGauges {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #findings: Gauge;
  readonly #oldest: Gauge;
  readonly #lag: Gauge;
  readonly #answers: Gauge;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(registry: Registry, store: Store, now: () => number) {
    const gauge = (name: string, help: string, ...labelNames: string[]) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    this.#store = store;
    this.#now = now;
    this.#findings = gauge("drett_findings", `What is found, by kind; counted up to ${CAP} of each`, "kind");
    this.#oldest = gauge(
      "drett_finding_oldest_age_seconds",
      "How long the oldest finding of the kind has held",
      "kind",
    );
    this.#lag = gauge(
      "drett_sweep_lag_seconds",
      "How long the record that waits longest for the sweep has been due",
    );
    this.#answers = gauge(
      "drett_store_answers",
      "1 where the store answered when it was last asked, 0 where not",
    );
  }

  /** Brings the gauges up to date. Never rejects: a store that does not answer is told as such. */
  async read(): Promise<void> {
    const now = this.#now();
    if (now - this.#readAt < FRESH_MS) return;
    try {
      const [found, lag] = await Promise.all([readFound(this.#store), readLag(this.#store, now)]);
      for (const { kind, count, since = now } of found) {
        this.#findings.set({ kind }, count);
        this.#oldest.set({ kind }, (now - since) / 1_000);
      }
      this.#lag.set(lag / 1_000);
      this.#answers.set(1);
      this.#readAt = now;
    } catch {
      // What was so before must not look as if it were so now.
      for (const gauge of [this.#findings, this.#oldest]) gauge.reset();
      this.#lag.set(Number.NaN);
      this.#answers.set(0);
    }
  }
}

function readFound(store: Store): Promise<readonly Found[]> {
  const kinds = Object.entries(FINDINGS) as [FindingKind, { readonly rank: number }][];
  return Promise.all(
    kinds.map(async ([kind, { rank }]) => {
      const { records } = await store.query({ where: { finding: rank }, order: "finding", limit: CAP });
      return { kind, count: records.length, since: records[0]?.since ?? undefined };
    }),
  );
}

async function readLag(store: Store, now: number): Promise<number> {
  const { records } = await store.query({ order: "due", dueBy: now, limit: 1 });
  return now - (records[0]?.due ?? now);
}
