import { type Change, type CommitOutcome, type Key, MemoryStore, type Query, type Store } from "@drett/core";
import { factsOf } from "../reading.ts";

/** The memory store, and what was ever written to it: what another store's answers are compared with. */
export class Reference implements Store {
  readonly name = "reference";
  readonly #store = new MemoryStore();
  readonly #commitOf = new Map<string, number>();
  readonly #parts = new Map<string, Partial<Query>>();
  #commits = 0;

  load(keys: readonly Key[]) {
    return this.#store.load(keys);
  }

  async commit(changes: readonly Change[]): Promise<readonly CommitOutcome[]> {
    const outcomes = await this.#store.commit(changes);
    this.#commits++;
    for (const [place, change] of changes.entries()) {
      if (outcomes[place] === "applied") this.#note(change);
    }
    return outcomes;
  }

  query(query: Query) {
    return this.#store.query(query);
  }

  events(after: string | undefined, limit: number) {
    return this.#store.events(after, limit);
  }

  trim(upTo: string) {
    return this.#store.trim(upTo);
  }

  close() {
    return this.#store.close();
  }

  /** The commit that created the record. The port leaves open what comes first within one commit. */
  commitOf({ kind, id }: { kind: string; id: string }): number | undefined {
    return this.#commitOf.get(`${kind} ${id}`);
  }

  commitOfFact({ kind, id, place }: { kind: string; id: string; place: number }): number | undefined {
    return this.#commitOf.get(`${kind} ${id} ${place}`);
  }

  /** A filter for every value that a column ever had. */
  filters(): readonly Partial<Query>[] {
    return [...this.#parts.values()];
  }

  #note(change: Change): void {
    const { kind, id, expected, columns } = change;
    if (expected === 0) this.#commitOf.set(`${kind} ${id}`, this.#commits);
    for (const fact of factsOf(change)) this.#commitOf.set(fact, this.#commits);
    const { tags, due, since, ...equal } = columns;
    for (const [column, value] of Object.entries(equal)) this.#keep({ where: { [column]: value } });
    for (const tag of tags) this.#keep({ tags: [tag] });
    if (due !== null) this.#keep({ dueBy: due });
  }

  #keep(part: Partial<Query>): void {
    this.#parts.set(JSON.stringify(part), part);
  }
}
