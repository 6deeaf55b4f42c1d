import type { Candidate, PruneStep } from "@drett/core";

interface Count {
  readonly kind: string;
  readonly state: string;
  readonly application: string;
  records: number;
  /** When the first of them was closed. */
  oldest: number;
}

/** Counts what goes, or would go. */
export class GcTally {
  readonly #isDry: boolean;
  readonly #counts = new Map<string, Count>();
  #events = 0;
  #tombstones = 0;

  constructor(isDry: boolean) {
    this.#isDry = isDry;
  }

  add({ pruned, cleared, trimmed }: PruneStep): void {
    this.#events += trimmed;
    this.#tombstones += cleared;
    for (const candidate of pruned) this.#count(candidate);
  }

  toJSON() {
    return {
      dryRun: this.#isDry,
      records: this.#sorted().map(({ oldest, ...count }) => ({
        ...count,
        oldest: new Date(oldest).toISOString(),
      })),
      events: this.#events,
      tombstones: this.#tombstones,
    };
  }

  toText(): string {
    const records = this.#sorted();
    const total = records.reduce((sum, count) => sum + count.records, 0);
    const lines = records.map(
      ({ kind, state, application, records, oldest }) =>
        `  ${records} ${kind} ${state} of ${application}, closed since ${new Date(oldest).toISOString()}`,
    );
    const [go, leave] = this.#isDry ? ["would be pruned", "would go"] : ["were pruned", "went"];
    return [
      `${total} records ${go}`,
      ...lines,
      `${this.#events} events ${leave} from the feed`,
      `${this.#tombstones} tombstones ${leave}`,
    ].join("\n");
  }

  #count({ kind, state, application, closed }: Candidate): void {
    const name = JSON.stringify([kind, state, application]);
    const known = this.#counts.get(name) ?? { kind, state, application, records: 0, oldest: closed };
    known.records += 1;
    known.oldest = Math.min(known.oldest, closed);
    this.#counts.set(name, known);
  }

  #sorted(): readonly Count[] {
    return [...this.#counts.values()].sort((a, b) => b.records - a.records);
  }
}
