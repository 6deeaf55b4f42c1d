/// <reference lib="esnext.disposable" preserve="true" />

import type { TrackOptions } from "./acquire.ts";
import { type AllocationBlock, type AllocationOptions, allocate, track } from "./allocation.ts";
import type { Commands } from "./commands.ts";
import type { Approval, Decision, Freezing } from "./decision.ts";
import { makeDisposable } from "./disposal.ts";
import { timeOf } from "./duration.ts";
import { acquireMany, type Fleet, type TrackManyOptions } from "./fleet.ts";
import { checkedId, type Intent, intend } from "./intent.ts";
import { present } from "./present.ts";
import { items, readPlan, readResource, readSummary } from "./reads.ts";
import { type CallOptions, Reporter } from "./reporter.ts";
import { Resource } from "./resource.ts";
import { type Runtime, systemRuntime } from "./runtime.ts";
import { type Defaults, required } from "./settings.ts";
import type { TrackedResource } from "./tracked-resource.ts";
import type {
  FindingsSummary,
  FindingView,
  PlanHistory,
  PlanView,
  ResourceHistory,
  ResourceView,
  SessionView,
} from "./views.ts";
import type { ListFindings, ListPlans, ListResources, ListSessions } from "./wire.ts";

export interface Attributes extends CallOptions {
  type: string;
  externalId: string;
  /** Has a default, as everywhere. */
  owner?: string | undefined;
  /** Where one owner's external ids may be the same in several places. */
  scope?: string | undefined;
}

/** Which findings: of one kind, application, module, owner or type. */
export type FindingQuery = Omit<ListFindings, "limit" | "cursor"> & CallOptions;

/** Which plans: of one policy, or in one state. */
export type PlanQuery = Omit<ListPlans, "limit" | "cursor"> & CallOptions;

/** Which sessions: in one state, with one finding, of one application or module. */
export type SessionQuery = Omit<ListSessions, "limit" | "cursor"> & CallOptions;

/** Which resources; those that have all of the labels. */
export type ResourceQuery = Omit<ListResources, "limit" | "cursor" | "label"> &
  CallOptions & { labels?: Record<string, string> | undefined };

/** One way to a drett server. Making one costs nothing and opens nothing. */
export class Drett implements AsyncDisposable {
  /** As `close`; for `await using`. */
  declare [Symbol.asyncDispose]: () => Promise<void>;
  readonly #reporter: Reporter;

  /** The second argument is for tests: where time, chance and the environment come from. */
  constructor(defaults: Defaults = {}, runtime: Runtime = systemRuntime) {
    this.#reporter = new Reporter(defaults, runtime);
  }

  /** The id of your session, once an intent has opened it. */
  get session(): string | undefined {
    return this.#reporter.session.id;
  }

  /**
   * Aborts when your session has lapsed, or has lost something to a claim: stop what only one may do. Its reason has
   * the `code`. Each signal aborts once; a new one stands here afterwards.
   */
  get signal(): AbortSignal {
    return this.#reporter.session.signal;
  }

  /** Says that this process ends in order; nothing else needs it. Never throws. */
  close(): Promise<void> {
    return this.#reporter.session.close();
  }

  /**
   * Notes that something is about to be created, runs `acquire`, and notes what became of it.
   * What `acquire` throws is thrown on.
   * @throws Refused or Unreachable if the intent could not be noted: nothing was tried then
   * @throws ReportLost, with the external id, if it was created and drett could not be told
   */
  async track<Value = undefined>(options: TrackOptions<Value>): Promise<TrackedResource<Value>> {
    return track(this.#reporter, options);
  }

  /**
   * Tracks `count` things alike, and keeps what it got: look at `allocated`, `failed`, `unknown`. Throws only
   * where an argument is wrong. After an abort, or once drett does not take an intent, no more are tried.
   */
  async trackMany<Value = undefined>(count: number, options: TrackManyOptions<Value>): Promise<Fleet<Value>> {
    return acquireMany(this.#reporter, count, options);
  }

  /**
   * Groups what the function obtains through its block: done when it returns, failed when it throws (thrown
   * on). Its resources outlive it; those of a failed one are left to whoever obtained them for a while, then
   * become findings.
   * @throws ReportLost, with the `result`, if it was done and drett could not be told
   */
  async allocation<Result>(
    options: AllocationOptions,
    use: (block: AllocationBlock) => Promise<Result> | Result,
  ): Promise<Result> {
    return allocate(this.#reporter, options, use);
  }

  /** Notes that something is about to be created. Your create call comes next, then a report of what became of it. */
  async intend(intent: Intent): Promise<Resource> {
    return intend(this.#reporter, intent);
  }

  /** A resource whose drett id you have kept. Asks nothing yet. */
  resource(id: string): Resource {
    return new Resource(this.#reporter, checkedId(id));
  }

  /** Notes that something is gone of which you have lost the drett id; returns that id. */
  async freeByAttributes({ type, owner, externalId, scope, ...options }: Attributes): Promise<string> {
    const said = {
      owner: this.#reporter.settings.need("owner", owner),
      type: required("type", type),
      externalId: required("externalId", externalId),
      scope,
    };
    const { id } = await this.#reporter.say("free-by-attributes", present(said), options);
    return id;
  }

  /** One resource: its state, what is wrong with it, and all its facts. */
  async get(id: string, options?: CallOptions): Promise<ResourceHistory> {
    return readResource(this.#reporter, checkedId(id), options);
  }

  /** Resources, the newest first, fetched page by page as you go on: `for await (const it of drett.resources())`. */
  resources({
    labels = {},
    signal,
    deadline,
    ...query
  }: ResourceQuery = {}): AsyncGenerator<ResourceView, void, undefined> {
    const label = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return items(this.#reporter, "/v1/resources", { ...query, label }, { signal, deadline });
  }

  /** How an allocation ended that was said to have ended either way, or is still open. */
  async confirmOutcome(allocation: string, outcome: "done" | "failed", decision: Decision): Promise<void> {
    await this.#decide("confirm-outcome", { id: checkedId(allocation), outcome }, decision);
  }

  /** The engine of a session that fell silent with many others is dead indeed: what follows need not wait. */
  async confirmLapsed(session: string, decision: Decision): Promise<void> {
    await this.#decide("confirm-lapsed", { id: checkedId(session) }, decision);
  }

  /** Plans of policies that ask, the newest first; those in one state, such as `waiting`. */
  plans({ signal, deadline, ...query }: PlanQuery = {}): AsyncGenerator<PlanView, void, undefined> {
    return items(this.#reporter, "/v1/plans", query, { signal, deadline });
  }

  /** One plan, with its list and what became of each item. */
  async plan(id: string, options?: CallOptions): Promise<PlanHistory> {
    return this.#reporter.ask(`/v1/plans/${checkedId(id)}`, readPlan, options);
  }

  /**
   * What is on the list is freed: one, then a few, then the rest.
   * @throws Refused with `plan-differs` if it is not the list with this count and this hash
   */
  async approvePlan(id: string, { count, hash, reason, ...options }: Approval): Promise<void> {
    await this.#reporter.say("approve-plan", { id: checkedId(id), count, hash, reason }, options);
  }

  /** Nothing more of the list is freed. */
  async abortPlan(id: string, { reason, ...options }: { reason: string } & CallOptions): Promise<void> {
    await this.#reporter.say("abort-plan", { id: checkedId(id), reason }, options);
  }

  /** Nothing is freed for now, by whatever word. Returns the id by which it is lifted. */
  async freeze({ reason, until, freeze, ...options }: Freezing): Promise<string> {
    const { runtime } = this.#reporter;
    const id = freeze ?? runtime.newId();
    const end = until === undefined ? undefined : timeOf(until, runtime.now());
    await this.#reporter.say("freeze", present({ id, reason, until: end }), options);
    return id;
  }

  /** What was frozen may go on. */
  async thaw(id: string, { reason, ...options }: { reason: string } & CallOptions): Promise<void> {
    await this.#reporter.say("thaw", { id: checkedId(id), reason }, options);
  }

  /** What is wrong, worst first, fetched page by page as you go on. */
  findings({ signal, deadline, ...query }: FindingQuery = {}): AsyncGenerator<FindingView, void, undefined> {
    return items(this.#reporter, "/v1/findings", query, { signal, deadline });
  }

  /** How much is wrong: by kind, application, owner and type, since when, and what it costs in each currency. */
  async summary(options?: CallOptions): Promise<FindingsSummary> {
    return this.#reporter.ask("/v1/findings/summary", readSummary, options);
  }

  /** Which engines run, the newest first; those in one state, or with one finding, such as `lapsed-together`. */
  sessions({ signal, deadline, ...query }: SessionQuery = {}): AsyncGenerator<SessionView, void, undefined> {
    return items(this.#reporter, "/v1/sessions", query, { signal, deadline });
  }

  /** Its id goes along in every retry, so that one decision is recorded. */
  async #decide<N extends "confirm-outcome" | "confirm-lapsed">(
    name: N,
    about: Omit<Commands[N], "seen" | "reason">,
    { seen, reason, decision = this.#reporter.runtime.newId(), ...options }: Decision,
  ): Promise<void> {
    await this.#reporter.say(name, { ...about, seen, reason, decision } as Commands[N], options);
  }
}

makeDisposable(Drett, (drett) => drett.close());
