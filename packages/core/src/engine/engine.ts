import type { Static, TObject } from "typebox";
import { applicationsOf, type Caller, lacks } from "../domain/caller.ts";
import type { Command } from "../domain/command.ts";
import { DEFAULTS, type Defaults } from "../domain/defaults.ts";
import type { Quotas } from "../domain/quota.ts";
import { type Refusal, refuse } from "../domain/refusal.ts";
import { type Clock, systemClock } from "../ports/clock.ts";
import { CursorRefused, type Store, StoreUnavailable } from "../ports/store.ts";
import { RecordUnreadable } from "../ports/stored-record.ts";
import { FindingsCount } from "../reads/findings-count.ts";
import type { Read } from "../reads/read.ts";
import { Committer, type Flushed, type Outcome } from "./committer.ts";
import { Ledger } from "./ledger.ts";
import { recount } from "./recount.ts";
import { storeSeenBy } from "./seen-store.ts";
import { submitAside } from "./sessions/door.ts";
import { TOGETHER, type TogetherOptions } from "./sessions/together.ts";
import { type Listened, SessionWatch } from "./sessions/watch.ts";
import { type Swept, sweepDue } from "./sweep.ts";
import { faultIn } from "./validate.ts";

export interface EngineOptions {
  readonly store: Store;
  readonly newId: () => string;
  readonly clock?: Clock;
  readonly defaults?: Defaults;
  /** Whether it listens to sessions: one that serves a single request cannot, and refuses them. */
  readonly sessions?: boolean;
  /** By which its restarts are known to other servers on the store; else it has a name of its own each time. */
  readonly name?: string;
  readonly together?: Partial<TogetherOptions>;
  /** Milliseconds that no setting of the clock moves. */
  readonly monotonic?: () => number;
  /** What applications may have at a time; no limit where nothing is said. With them, `recount` comes before the first command. */
  readonly quotas?: Quotas;
  readonly queueLimit?: number;
  readonly flushLimit?: number;
  /** Hears of every flush, after it is durable. */
  readonly onCommitted?: (flush: Flushed) => void;
  /** Hears of what went wrong inside; whoever asked has got a refusal. */
  readonly onError?: (error: unknown, during: string) => void;
}

/** Where everything enters: requests, batches, loops. Whatever the door, the input is checked here. */
export class Engine {
  readonly store: Store;
  readonly clock: Clock;
  readonly defaults: Defaults;
  /** When it was made. */
  readonly started: number;
  readonly #committer: Committer;
  readonly #watch: SessionWatch | undefined;
  readonly #ledger: Ledger | undefined;
  readonly #count: FindingsCount;
  readonly #listeners = new Set<() => void>();
  readonly #onError: (error: unknown, during: string) => void;

  constructor({
    store,
    newId,
    clock = systemClock,
    defaults = DEFAULTS,
    sessions = true,
    ...options
  }: EngineOptions) {
    this.store = store;
    this.clock = clock;
    this.defaults = defaults;
    this.started = clock.now();
    this.#onError = options.onError ?? (() => {});
    this.#ledger = options.quotas && new Ledger(options.quotas);
    this.#count = new FindingsCount(store);
    this.#committer = new Committer({
      store,
      clock,
      newId,
      defaults,
      queueLimit: options.queueLimit ?? 20_000,
      flushLimit: options.flushLimit ?? 1_000,
      rounds: 8,
      ledger: this.#ledger,
      onError: this.#onError,
      onCommitted: (flush) => {
        this.#tell(() => options.onCommitted?.(flush));
        if (flush.facts > 0) for (const listener of this.#listeners) this.#tell(listener);
      },
    });
    if (!sessions) return;
    this.#watch = new SessionWatch({
      store,
      committer: this.#committer,
      clock,
      monotonic: options.monotonic ?? (() => performance.now()),
      name: options.name,
      together: { ...TOGETHER, ...options.together },
      onError: this.#onError,
    });
  }

  /** Checks, decides, and answers once the outcome is durable. A refusal means that nothing was recorded. */
  submit<Input extends TObject, Reply extends TObject>(
    command: Command<Input, Reply>,
    input: unknown,
    caller: Caller,
  ): Promise<Outcome<Static<Reply>>> {
    const fault = lacks(caller, command.role) ?? faultIn(command.input, input);
    if (fault) return Promise.resolve(fault);
    const said = input as Static<Input>;
    const submit = (what: object = said) => this.#committer.submit(command, what as Static<Input>, caller);
    const aside = submitAside(this.#watch, command, said, caller, submit);
    return aside ? (aside as Promise<Outcome<Static<Reply>>>) : submit();
  }

  /** Hears the sessions and finds those that have lapsed; to be called again after the pause that it tells. */
  async listen(): Promise<Listened> {
    return (
      this.#watch?.listen() ?? {
        pauseMs: Number.POSITIVE_INFINITY,
        open: 0,
        lapsed: 0,
        hears: false,
        missing: [],
      }
    );
  }

  /** When a session was heard last, as far as this server knows. */
  lastHeard(session: string): number | undefined {
    return this.#watch?.roll.get(session)?.wall;
  }

  /** Answers a question from the store as it is now, and as the caller sees it. */
  async read<Input extends TObject, Reply extends TObject>(
    read: Read<Input, Reply>,
    input: unknown,
    caller: Caller,
  ): Promise<{ reply: Static<Reply> } | Refusal> {
    const fault = lacks(caller, read.role) ?? faultIn(read.input, input);
    if (fault) return fault;
    try {
      const { defaults, clock } = this;
      const heard = (id: string) => this.lastHeard(id);
      const store = storeSeenBy(applicationsOf(caller), this.store);
      const { started } = this;
      const context = {
        store,
        whole: this.store,
        now: clock.now(),
        defaults,
        started,
        heard,
        count: this.#count,
      };
      return await read.answer(input as Static<Input>, context);
    } catch (error) {
      return this.#refusalOf(error, read.name);
    }
  }

  /** Derives anew what is due, page by page. One at a time is enough. */
  sweep(limit?: number): Promise<Swept> {
    return sweepDue(this, limit);
  }

  /** Counts all findings for their summary, where they are too many to be counted when it is asked for. */
  countFindings(signal?: AbortSignal): Promise<void> {
    return this.#count.renew(this.clock.now(), signal);
  }

  /** Counts anew, from the store, what quotas are held against: others write to it too. */
  async recount(signal?: AbortSignal): Promise<void> {
    if (this.#ledger) await recount(this.store, this.#ledger, signal);
  }

  /** Calls back after each flush that added facts. Returns how to stop it. */
  onFacts(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes no more commands, and resolves when all that were taken are answered. The store stays open. */
  async close(): Promise<void> {
    await this.#committer.close();
    await this.#watch?.close().catch((error) => this.#onError(error, "close"));
  }

  /** What a listener does wrong must not make a recorded command look refused. */
  #tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.#onError(error, "listener");
    }
  }

  #refusalOf(error: unknown, during: string): Refusal {
    if (error instanceof CursorRefused) {
      return error.reason === "expired"
        ? refuse("cursor-expired", "What follows this cursor is no longer kept.")
        : refuse("invalid-cursor", "The cursor was not made by this store for this list.");
    }
    this.#onError(error, during);
    if (error instanceof StoreUnavailable) return refuse("store-unavailable", "The store does not answer.");
    if (error instanceof RecordUnreadable) return refuse("record-unreadable", error.message);
    return refuse("internal-error", `${during} failed.`);
  }
}
