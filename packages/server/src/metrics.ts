import type {
  DeliveryOutcome,
  Flushed,
  Listened,
  Page,
  PruneStep,
  Query,
  ReclaimEvent,
  Store,
} from "@drett/core";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { FoundGauges } from "./found-gauges.ts";

/** What Prometheus reads at `/metrics`. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #commands = this.#counter("drett_commands_total", "Commands that were flushed");
  readonly #facts = this.#counter("drett_facts_total", "Facts that were recorded");
  readonly #flush = new Histogram({
    name: "drett_flush_commands",
    help: "Commands that travelled in one flush",
    buckets: [1, 4, 16, 64, 256, 1_000],
    registers: [this.#registry],
  });
  readonly #store = new Histogram({
    name: "drett_store_seconds",
    help: "How long the store took, by operation and outcome",
    labelNames: ["operation", "outcome"],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.#registry],
  });
  readonly #swept = this.#counter("drett_swept_total", "Records that were due and were looked at");
  readonly #pruned = this.#counter("drett_pruned_total", "Records that were pruned");
  readonly #cleared = this.#counter("drett_cleared_total", "Tombstones whose time was over");
  readonly #trimmed = this.#counter("drett_trimmed_total", "Events that left the feed");
  readonly #reclaimed = new Counter({
    name: "drett_reclaim_total",
    help: "Attempts to free, searches and freezes, by what came of them",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #lastSweep = new Gauge({
    name: "drett_last_sweep_timestamp_seconds",
    help: "When the sweep last came to its end",
    registers: [this.#registry],
  });

  readonly #open = this.#gauge("drett_sessions_open", "Sessions that are open");
  readonly #hears = this.#gauge("drett_sessions_heard", "1 while heartbeats are accepted, else 0");
  readonly #lapsed = this.#counter("drett_sessions_lapsed_total", "Sessions that this server found silent");
  readonly #missing = this.#gauge("drett_servers_missing", "Other servers without which nobody lapses");
  readonly #late = new Histogram({
    name: "drett_due_to_look_seconds",
    help: "How long a record had been due when the sweep came to look at it",
    buckets: [1, 5, 15, 30, 60, 120, 300, 900, 3_600],
    registers: [this.#registry],
  });
  readonly #deliveries = new Counter({
    name: "drett_webhook_deliveries_total",
    help: "Attempts to deliver a message of a webhook, by target and outcome",
    labelNames: ["target", "outcome"],
    registers: [this.#registry],
  });

  #found: FoundGauges | undefined;

  /** `dropped` tells how many lines of the log reached no place. */
  constructor(dropped: () => number) {
    const counter = new Counter({
      name: "drett_log_dropped_lines_total",
      help: "Lines of the log that did not reach a place that they should have reached",
      registers: [],
      collect() {
        this.reset();
        this.inc(dropped());
      },
    });
    this.#registry.registerMetric(counter);
  }

  flushed({ commands, facts }: Flushed): void {
    this.#commands.inc(commands);
    this.#facts.inc(facts);
    this.#flush.observe(commands);
  }

  swept(looked: number, now: number): void {
    this.#swept.inc(looked);
    this.#lastSweep.set(now / 1000);
  }

  listened({ open, hears, lapsed, missing }: Listened): void {
    this.#open.set(open);
    this.#hears.set(hears ? 1 : 0);
    this.#lapsed.inc(lapsed);
    this.#missing.set(missing.length);
  }

  reclaimed({ kind }: ReclaimEvent): void {
    this.#reclaimed.inc({ outcome: kind });
  }

  pruned({ pruned, cleared, trimmed }: PruneStep): void {
    this.#pruned.inc(pruned.length);
    this.#cleared.inc(cleared);
    this.#trimmed.inc(trimmed);
  }

  tried(target: string, outcome: DeliveryOutcome): void {
    this.#deliveries.inc({ target, outcome });
  }

  /** Tells what is found in it, too. */
  watch(store: Store, now: () => number): void {
    this.#found = new FoundGauges(this.#registry, store, now);
  }

  async text(): Promise<string> {
    await this.#found?.read();
    return this.#registry.metrics();
  }

  /** The store, with each of its calls timed: once, at the seam, for whichever store it is. */
  measured(store: Store): Store {
    const timed = <Result>(operation: string, run: () => Promise<Result>): Promise<Result> => {
      const stop = this.#store.startTimer({ operation });
      const outcome = (name: string) => () => void stop({ outcome: name });
      const running = run();
      running.then(outcome("ok"), outcome("failed"));
      return running;
    };
    return {
      name: store.name,
      ...(store.flushes === undefined ? {} : { flushes: store.flushes }),
      load: (keys) => timed("load", () => store.load(keys)),
      commit: (changes) => timed("commit", () => store.commit(changes)),
      query: (query) => timed("query", () => this.#noteDue(query, store.query(query))),
      events: (after, limit) => timed("events", () => store.events(after, limit)),
      trim: (upTo) => timed("trim", () => store.trim(upTo)),
      close: () => store.close(),
    };
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] });
  }

  /** Only the sweep asks for what is due by a time, and looks at all that it gets. */
  async #noteDue({ dueBy }: Query, asking: Promise<Page>): Promise<Page> {
    const page = await asking;
    if (dueBy === undefined) return page;
    for (const { due } of page.records) this.#late.observe((dueBy - (due ?? dueBy)) / 1_000);
    return page;
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ name, help, registers: [this.#registry] });
  }
}
