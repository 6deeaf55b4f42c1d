import type { Static, TObject } from "typebox";
import { applicationsOf, type Caller, nameOf } from "../domain/caller.ts";
import { type Accepted, type Command, type Context, isRefusal } from "../domain/command.ts";
import type { Defaults } from "../domain/defaults.ts";
import { type Refusal, refuse } from "../domain/refusal.ts";
import { decideFor } from "../domain/sight.ts";
import type { Key } from "../domain/view.ts";
import type { Clock } from "../ports/clock.ts";
import { type CommitOutcome, type Store, type StoredRecord, StoreUnavailable } from "../ports/store.ts";
import { RecordUnreadable } from "../ports/stored-record.ts";
import type { Ledger } from "./ledger.ts";
import { Line, nameOfKey } from "./line.ts";
import { type Slot, WorkingSet } from "./working-set.ts";

export interface CommitterOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly defaults: Defaults;
  /** Commands that may wait; beyond it they are refused, so that memory and waiting stay bounded. */
  readonly queueLimit: number;
  /** Commands that travel in one write. */
  readonly flushLimit: number;
  /** How often a command is decided anew after conflicts before it is refused. */
  readonly rounds: number;
  /** Where there are quotas. */
  readonly ledger?: Ledger | undefined;
  onCommitted(flush: Flushed): void;
  onError(error: unknown, during: string): void;
}

export interface Flushed {
  /** Answered; one that is decided anew is counted when it is answered. */
  readonly commands: number;
  readonly records: number;
  readonly facts: number;
}

export type Outcome<Reply = unknown> = Pick<Accepted<Reply>, "reply" | "created"> | Refusal;

/** One command on its way. What it was decided on stays with it, so that deciding anew comes to the same. */
interface Entry {
  readonly command: Command;
  readonly input: never;
  readonly keys: readonly Key[];
  readonly caller: Caller;
  readonly minted: string[];
  now: number | undefined;
  created: boolean;
  rounds: number;
  readonly settle: (outcome: Outcome) => void;
}

interface Answer {
  readonly entry: Entry;
  readonly outcome: Outcome;
}

interface Decided extends Answer {
  readonly read: ReadonlySet<Slot>;
}

/**
 * Group commit: whatever is waiting is loaded, decided and written together, and answered only then.
 * One flush is under way at a time, or as many as the store asks for, on different records; meanwhile the next one
 * gathers.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #flushes: number;
  readonly #line: Line<Entry>;
  /** How many of them there are now. */
  #lanes = 0;
  #idle: PromiseWithResolvers<void> | undefined;
  #closed = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
    this.#flushes = options.store.flushes ?? 1;
    this.#line = new Line(this.#flushes);
  }

  /** Resolves when the decision is durable, or known to change nothing. Never rejects. */
  submit<Input extends TObject, Reply extends TObject>(
    command: Command<Input, Reply>,
    input: Static<Input>,
    caller: Caller,
  ): Promise<Outcome<Static<Reply>>> {
    if (this.#closed) return Promise.resolve(refuse("shutting-down", "The server is stopping."));
    if (this.#line.length >= this.#options.queueLimit) {
      return Promise.resolve(refuse("queue-full", `${this.#line.length} commands are waiting.`));
    }
    return new Promise((resolve) => {
      this.#line.join({
        command: command,
        input: input as never,
        keys: command.keys(input),
        caller,
        minted: [],
        now: undefined,
        created: false,
        rounds: 0,
        settle: resolve as Entry["settle"],
      });
      if (this.#lanes < this.#flushes) void this.#flushAll();
    });
  }

  /** Takes nothing more; resolves when all that was taken is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#lanes > 0) await (this.#idle ??= Promise.withResolvers<void>()).promise;
  }

  /** A lane: one flush after the other, until nothing waits that another lane is not at. */
  async #flushAll(): Promise<void> {
    this.#lanes += 1;
    // Requests that are being read in this turn of the event loop travel along.
    await new Promise(setImmediate);
    let entries = this.#take();
    let loading = this.#load(entries);
    while (entries.length > 0) {
      const answers = await this.#flush(entries, loading);
      this.#line.release(entries);
      // The store is at work on the next flush while the answers of this one go out.
      entries = this.#take();
      loading = this.#load(entries);
      for (const { entry, outcome } of answers) entry.settle(outcome);
    }
    this.#lanes -= 1;
    if (this.#lanes === 0) this.#idle?.resolve();
  }

  #take(): readonly Entry[] {
    return this.#line.take(this.#options.flushLimit);
  }

  async #load(entries: readonly Entry[]): Promise<readonly StoredRecord[]> {
    return entries.length > 0 ? this.#options.store.load(keysOf(entries)) : [];
  }

  /** What is to be answered. Commands that rest on what was not applied wait in line again, before all others. */
  async #flush(
    entries: readonly Entry[],
    loading: Promise<readonly StoredRecord[]>,
  ): Promise<readonly Answer[]> {
    try {
      const { answers, again } = await this.#decideAndCommit(entries, await loading);
      for (const entry of again) entry.rounds += 1;
      const isOver = ({ rounds }: Entry) => rounds >= this.#options.rounds;
      this.#line.rejoin(again.filter((entry) => !isOver(entry)));
      const contended = refuse("store-contended", `Changed by others ${this.#options.rounds} times.`);
      return [...answers, ...again.filter(isOver).map((entry) => ({ entry, outcome: contended }))];
    } catch (error) {
      this.#options.onError(error, "flush");
      const code = error instanceof StoreUnavailable ? "store-unavailable" : "internal-error";
      const outcome = refuse(code, "Nothing was acknowledged; the same command may be sent again.");
      return entries.map((entry) => ({ entry, outcome }));
    }
  }

  async #decideAndCommit(
    entries: readonly Entry[],
    loaded: readonly StoredRecord[],
  ): Promise<{ answers: readonly Answer[]; again: readonly Entry[] }> {
    const { clock, defaults } = this.#options;
    const records = new WorkingSet(loaded);
    const now = clock.now();
    const decided = entries.map((entry) => this.#decide(entry, records, now));
    const changes = records.changes(now, defaults);
    const outcomes = await this.#write(changes);
    const unsettled = new Set(
      changes.flatMap(({ slot }, place) => (outcomes[place] === "applied" ? [] : [slot])),
    );
    const isSettled = ({ read }: Decided) => unsettled.size === 0 || read.isDisjointFrom(unsettled);
    const answers = decided.filter(isSettled);
    const written = changes.filter((_, place) => outcomes[place] !== "conflict");
    this.#options.onCommitted(flushed(answers, written));
    return { answers, again: decided.filter((it) => !isSettled(it)).map(({ entry }) => entry) };
  }

  async #write(changes: ReturnType<WorkingSet["changes"]>): Promise<readonly CommitOutcome[]> {
    const { store, ledger } = this.#options;
    let outcomes: readonly CommitOutcome[] = [];
    try {
      if (changes.length > 0) outcomes = await store.commit(changes.map(({ change }) => change));
      return outcomes;
    } finally {
      for (const [place, { slot }] of changes.entries()) {
        if (slot.record?.kind !== "resource") continue;
        if (outcomes[place] === "applied") ledger?.written(slot.record);
        else ledger?.doubt(slot.record.id);
      }
    }
  }

  #decide(entry: Entry, records: WorkingSet, now: number): Decided {
    const outcome = this.#outcomeOf(entry, records, now);
    return { entry, outcome, read: records.takeRead() };
  }

  #outcomeOf(entry: Entry, records: WorkingSet, now: number): Outcome {
    try {
      const { caller, command, input } = entry;
      const decision = decideFor(caller, command, records, input, this.#contextOf(entry, now));
      if (isRefusal(decision)) return decision;
      for (const record of decision.records) {
        records.put(record);
        if (record.kind === "resource") this.#options.ledger?.decided(record);
      }
      if (decision.buried) records.bury(decision.buried);
      if (decision.cleared) records.clear(decision.cleared);
      if (decision.lookedAt) records.lookAt(decision.lookedAt);
      if (decision.touched) records.touch(decision.touched);
      // Decided anew after a commit whose answer was lost, its own facts look like those of a replay.
      entry.created ||= decision.created;
      return { reply: decision.reply, created: entry.created };
    } catch (error) {
      this.#options.onError(error, entry.command.name);
      return error instanceof RecordUnreadable
        ? refuse("record-unreadable", error.message)
        : refuse("internal-error", `${entry.command.name} could not be decided.`);
    }
  }

  #contextOf(entry: Entry, now: number): Context {
    const { newId, defaults, ledger } = this.#options;
    entry.now ??= now;
    let minted = 0;
    return {
      now: entry.now,
      actor: nameOf(entry.caller),
      defaults,
      ...(ledger && { allowanceOf: (application: string) => allowanceFor(entry, application, ledger) }),
      newId: () => {
        entry.minted[minted] ??= newId();
        return entry.minted[minted++] as string;
      },
    };
  }
}

/** What somebody asks for an application that he does not see is refused for that, and tells not how much it has. */
const allowanceFor = ({ caller }: Entry, application: string, ledger: Ledger) =>
  applicationsOf(caller)?.includes(application) === false ? undefined : ledger.allowanceOf(application);

function keysOf(entries: readonly Entry[]): readonly Key[] {
  const keys = new Map<string, Key>();
  for (const entry of entries) {
    for (const key of entry.keys) keys.set(nameOfKey(key), key);
    // An id that was minted in an earlier round may be stored by now.
    for (const id of entry.minted) {
      keys.set(`resource ${id}`, { kind: "resource", id });
      keys.set(`allocation ${id}`, { kind: "allocation", id });
      keys.set(`session ${id}`, { kind: "session", id });
      keys.set(`freeze ${id}`, { kind: "freeze", id });
    }
  }
  return [...keys.values()];
}

/** What may have been written counts as written: nobody who waits for news must miss it. */
function flushed(settled: readonly Decided[], written: ReturnType<WorkingSet["changes"]>): Flushed {
  const facts = written.reduce((sum, { change }) => sum + change.to - change.from, 0);
  return { commands: settled.length, records: written.length, facts };
}
