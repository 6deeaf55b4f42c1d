import { freezing } from "../../domain/reclaim/freeze.ts";
import { servedBy } from "../../domain/reclaim/served.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { pause } from "../../ports/pause.ts";
import { RecordUnreadable } from "../../ports/stored-record.ts";
import { isOfBudget, openFreezes } from "../../reads/surroundings.ts";
import type { Engine } from "../engine.ts";
import { attempt } from "./attempt.ts";
import type { Candidate } from "./candidate.ts";
import { ClockWatch } from "./clock-watch.ts";
import { Findings } from "./findings.ts";
import { Gathering } from "./gathering.ts";
import { advancePlans, propose } from "./plans.ts";
import { search } from "./search.ts";
import { placeOf, type Serving } from "./serving.ts";
import { Shares } from "./shares.ts";
import { type Later, Slots } from "./slots.ts";
import type { ReclaimEvent, Tools } from "./tools.ts";
import { watchClock, watchOthers } from "./trusted-clock.ts";
import { UnderWay } from "./under-way.ts";
import { isWithinBudget, thawIdle } from "./within-budget.ts";

export interface ReclaimerOptions {
  readonly engine: Engine;
  readonly servings: readonly Serving[];
  readonly onEvent?: (event: ReclaimEvent) => void;
  /** Hears of what went wrong inside an attempt; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds that no setting of the clock moves. */
  readonly monotonic?: () => number;
  readonly sleep?: Tools["sleep"];
  readonly later?: Later;
}

/** What one pass came to. */
export interface Reclaimed {
  /** Findings and orders that were looked through. */
  readonly looked: number;
  /** Attempts and searches that were begun. */
  readonly begun: number;
}

/** Finds what may be freed or searched for, and sees to it; at most one pass at a time. */
export class Reclaimer {
  readonly #engine: Engine;
  readonly #servings: readonly Serving[];
  readonly #tools: Tools;
  readonly #onError: (error: unknown) => void;
  readonly #stopping = new AbortController();
  readonly #underWay: UnderWay;
  readonly #gathering = new Gathering();
  /** By resource: when it is worth another search. */
  readonly #searchAt = new Map<string, number>();

  constructor({ engine, servings, ...options }: ReclaimerOptions) {
    this.#engine = engine;
    this.#servings = servings;
    this.#onError = options.onError ?? (() => {});
    this.#tools = {
      engine,
      slots: new Slots(options.later),
      shares: new Shares(engine),
      clock: new ClockWatch(() => engine.clock.now(), options.monotonic ?? (() => performance.now())),
      sleep: options.sleep ?? pause,
      onEvent: options.onEvent ?? (() => {}),
    };
    this.#underWay = new UnderWay((place) => this.#tools.slots.hangs(place));
  }

  /** One look over everything that is found or ordered. Rejects where the store does not answer. */
  async pass(): Promise<Reclaimed> {
    if (this.#stopping.signal.aborted) return { looked: 0, begun: 0 };
    const engine = this.#engine;
    const freezes = await openFreezes(engine.store, engine.clock.now());
    await watchClock(this.#tools);
    const found = new Findings(engine, this.#servings, freezes.filter((it) => !isOfBudget(it)).map(freezing));
    await found.gather();
    await watchOthers(this.#tools, found.latest, freezes);
    let begun = 0;
    for (const candidate of found.ordered) begun += this.#begin(candidate);
    for (const [policy, candidates] of found.byPolicy) {
      if (
        await isWithinBudget(this.#tools, policy, candidates, freezes).catch((error) => this.#skip(error))
      ) {
        for (const candidate of candidates) begun += this.#begin(candidate);
      }
    }
    await thawIdle(this.#tools, freezes, found.byPolicy);
    for (const [policy, candidates] of found.asked)
      await propose(this.#tools, this.#gathering, policy, candidates);
    await advancePlans(this.#tools);
    for (const resource of found.lost) begun += this.#search(resource);
    this.#forgetSearches(found.lost);
    return { looked: found.looked, begun };
  }

  /** Resolves when nothing is under way any more. */
  idle(): Promise<void> {
    return this.#underWay.idle();
  }

  /** Begins nothing more, and cuts short what waits; what was claimed is taken up again once the claim has run out. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  /** One budget that cannot be read keeps no other policy from going on. */
  #skip(error: unknown): false {
    if (!(error instanceof RecordUnreadable)) throw error;
    this.#onError(error);
    return false;
  }

  #begin({ resource }: Candidate): number {
    const serving = servedBy(this.#servings, describe(resource));
    if (!serving) return 0;
    return this.#start(resource, placeOf(serving, resource), (signal) =>
      attempt(this.#tools, this.#servings, resource, signal),
    );
  }

  #search(resource: Resource): number {
    const now = this.#engine.clock.now();
    const serving = servedBy(this.#servings, describe(resource));
    if (!serving || (this.#searchAt.get(resource.id) ?? 0) > now) return 0;
    return this.#start(resource, placeOf(serving, resource), async (signal) => {
      const pauseMs = await search(this.#tools, serving, resource, signal);
      if (pauseMs === undefined) this.#searchAt.delete(resource.id);
      else this.#searchAt.set(resource.id, this.#engine.clock.now() + pauseMs);
    });
  }

  #start({ id }: Resource, place: string, work: (signal: AbortSignal) => Promise<void>): number {
    const isBegun = this.#underWay.begin(id, place, () =>
      work(this.#stopping.signal).catch((error) => this.#onError(error)),
    );
    return isBegun ? 1 : 0;
  }

  #forgetSearches(lost: readonly Resource[]): void {
    const ids = new Set(lost.map(({ id }) => id));
    for (const id of this.#searchAt.keys()) if (!ids.has(id)) this.#searchAt.delete(id);
  }
}
