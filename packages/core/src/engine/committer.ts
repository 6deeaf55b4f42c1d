import type { Static, TObject } from "typebox";
import { type Accepted, type Command, type Context, type Decision, isRefusal } from "../domain/command.ts";
import type { Defaults } from "../domain/defaults.ts";
import { type Refusal, refuse } from "../domain/refusal.ts";
import type { Key } from "../domain/view.ts";
import type { Clock } from "../ports/clock.ts";
import { type Store, StoreUnavailable } from "../ports/store.ts";
import { RecordUnreadable } from "../ports/stored-record.ts";
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
  onCommitted(flush: Flushed): void;
  onError(error: unknown, during: string): void;
}

export interface Flushed {
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
  readonly actor: string;
  readonly minted: string[];
  now: number | undefined;
  created: boolean;
  readonly settle: (outcome: Outcome) => void;
}

interface Decided {
  readonly entry: Entry;
  readonly outcome: Outcome;
  readonly read: ReadonlySet<Slot>;
}

/**
 * Group commit: whatever is waiting is loaded, decided and written together, and answered only then.
 * One flush is under way at a time; meanwhile the next one gathers.
 */
export class Committer {
  readonly #options: CommitterOptions;
  #waiting: Entry[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  /** Resolves when the decision is durable, or known to change nothing. Never rejects. */
  submit<Input extends TObject, Reply extends TObject>(
    command: Command<Input, Reply>,
    input: Static<Input>,
    actor: string,
  ): Promise<Outcome<Static<Reply>>> {
    if (this.#closed) return Promise.resolve(refuse("shutting-down", "The server is stopping."));
    if (this.#waiting.length >= this.#options.queueLimit) {
      return Promise.resolve(refuse("queue-full", `${this.#waiting.length} commands are waiting.`));
    }
    return new Promise((resolve) => {
      this.#waiting.push({
        command: command,
        input: input as never,
        keys: command.keys(input),
        actor,
        minted: [],
        now: undefined,
        created: false,
        settle: resolve as Entry["settle"],
      });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Takes nothing more; resolves when all that was taken is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    // Requests that are being read in this turn of the event loop travel along.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const entries = this.#waiting.slice(0, this.#options.flushLimit);
      this.#waiting = this.#waiting.slice(entries.length);
      await this.#flush(entries);
    }
    this.#flushing = undefined;
  }

  async #flush(entries: readonly Entry[]): Promise<void> {
    let open = entries;
    try {
      for (let round = 0; open.length > 0 && round < this.#options.rounds; round++) {
        open = await this.#decideAndCommit(open);
      }
      for (const { settle } of open)
        settle(refuse("store-contended", `Changed by others ${this.#options.rounds} times.`));
    } catch (error) {
      this.#options.onError(error, "flush");
      const code = error instanceof StoreUnavailable ? "store-unavailable" : "internal-error";
      for (const { settle } of open)
        settle(refuse(code, "Nothing was acknowledged; the same command may be sent again."));
    }
  }

  /** Answers what is settled; returns what has to be decided anew, in its order. */
  async #decideAndCommit(entries: readonly Entry[]): Promise<readonly Entry[]> {
    const { store, clock, defaults } = this.#options;
    const records = new WorkingSet(await store.load(keysOf(entries)));
    const now = clock.now();
    const decided = entries.map((entry) => this.#decide(entry, records, now));
    const changes = records.changes(now, defaults);
    const outcomes = changes.length > 0 ? await store.commit(changes.map(({ change }) => change)) : [];
    const unsettled = new Set(
      changes.flatMap(({ slot }, place) => (outcomes[place] === "applied" ? [] : [slot])),
    );
    this.#options.onCommitted(flushed(entries, changes));

    const again: Entry[] = [];
    for (const { entry, outcome, read } of decided) {
      if (unsettled.size > 0 && !read.isDisjointFrom(unsettled)) again.push(entry);
      else entry.settle(outcome);
    }
    return again;
  }

  #decide(entry: Entry, records: WorkingSet, now: number): Decided {
    const outcome = this.#outcomeOf(entry, records, now);
    return { entry, outcome, read: records.takeRead() };
  }

  #outcomeOf(entry: Entry, records: WorkingSet, now: number): Outcome {
    try {
      const decision: Decision<unknown> = entry.command.decide(
        records,
        entry.input,
        this.#contextOf(entry, now),
      );
      if (isRefusal(decision)) return decision;
      for (const record of decision.records) records.put(record);
      if (decision.lookedAt) records.lookAt(decision.lookedAt);
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
    const { newId, defaults } = this.#options;
    entry.now ??= now;
    let minted = 0;
    return {
      now: entry.now,
      actor: entry.actor,
      defaults,
      newId: () => {
        entry.minted[minted] ??= newId();
        return entry.minted[minted++] as string;
      },
    };
  }
}

function keysOf(entries: readonly Entry[]): readonly Key[] {
  const keys = new Map<string, Key>();
  for (const entry of entries) {
    for (const key of entry.keys) keys.set(`${key.kind} ${key.kind === "tag" ? key.tag : key.id}`, key);
    // An id that was minted in an earlier round may be stored by now.
    for (const id of entry.minted) {
      keys.set(`resource ${id}`, { kind: "resource", id });
      keys.set(`allocation ${id}`, { kind: "allocation", id });
    }
  }
  return [...keys.values()];
}

function flushed(entries: readonly Entry[], changes: ReturnType<WorkingSet["changes"]>): Flushed {
  const facts = changes.reduce((sum, { change }) => sum + change.to - change.from, 0);
  return { commands: entries.length, records: changes.length, facts };
}
