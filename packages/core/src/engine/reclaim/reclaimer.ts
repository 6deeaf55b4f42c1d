import { isRefusal } from "../../domain/command.ts";
import { freezeItself } from "../../domain/commands/freeze-itself.ts";
import { thawItself } from "../../domain/commands/thaw-itself.ts";
import { deriveResource } from "../../domain/derive-resource.ts";
import { liveExternalIds } from "../../domain/existence.ts";
import { tag } from "../../domain/indexed.ts";
import type { Policy } from "../../domain/policy.ts";
import { type Freeze, freezing, frozen } from "../../domain/reclaim/freeze.ts";
import { standingOrder } from "../../domain/reclaim/order.ts";
import { type Freezing, outlookOf, type Surroundings } from "../../domain/reclaim/outlook.ts";
import type { Plan } from "../../domain/reclaim/plan.ts";
import { servedBy } from "../../domain/reclaim/served.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { planKey } from "../../domain/view.ts";
import { pagesOf } from "../../ports/pages.ts";
import type { Query, StoredRecord } from "../../ports/store.ts";
import { RecordUnreadable, readPage } from "../../ports/stored-record.ts";
import { withGroups } from "../../reads/records.ts";
import { isOfBudget, openFreezes, stands } from "../../reads/surroundings.ts";
import type { Engine } from "../engine.ts";
import { ACTOR } from "../looking.ts";
import { attempt } from "./attempt.ts";
import { countLive, reserve } from "./budget.ts";
import type { Candidate } from "./candidate.ts";
import { aheadBy, ClockWatch } from "./clock-watch.ts";
import { Gathering } from "./gathering.ts";
import { advancePlans, propose } from "./plans.ts";
import { search } from "./search.ts";
import { placeOf, type Serving } from "./serving.ts";
import { Slots } from "./slots.ts";
import type { ReclaimEvent, Tools } from "./tools.ts";

export interface ReclaimerOptions {
  readonly engine: Engine;
  readonly servings: readonly Serving[];
  readonly onEvent?: (event: ReclaimEvent) => void;
  /** Hears of what went wrong inside an attempt; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds that no setting of the clock moves. */
  readonly monotonic?: () => number;
  readonly sleep?: Tools["sleep"];
}

/** What one pass came to. */
export interface Reclaimed {
  /** Findings and orders that were looked through. */
  readonly looked: number;
  /** Attempts and searches that were begun. */
  readonly begun: number;
}

const PAGE = 500;
/** Calls to providers at a time, and how many of them to one place. */
const CALLS = [32, 24] as const;
/** Attempts and searches under way, and how many of them at one place. */
const UNDER_WAY = [500, 375] as const;
const CLOCK_FREEZE_MS = 900_000;

/** Finds what may be freed or searched for, and sees to it; at most one pass at a time. */
export class Reclaimer {
  readonly #engine: Engine;
  readonly #servings: readonly Serving[];
  readonly #tools: Tools;
  readonly #onError: (error: unknown) => void;
  readonly #stopping = new AbortController();
  /** By resource: what is under way, and where. */
  readonly #underWay = new Map<string, { readonly place: string; readonly ended: Promise<void> }>();
  readonly #gathering = new Gathering();
  /** By resource: when it is worth another search. */
  readonly #searchAt = new Map<string, number>();

  constructor({ engine, servings, ...options }: ReclaimerOptions) {
    this.#engine = engine;
    this.#servings = servings;
    this.#onError = options.onError ?? (() => {});
    this.#tools = {
      engine,
      slots: new Slots(...CALLS),
      clock: new ClockWatch(() => engine.clock.now(), options.monotonic ?? (() => performance.now())),
      sleep: options.sleep ?? pause,
      onEvent: options.onEvent ?? (() => {}),
    };
  }

  /** One look over everything that is found or ordered. Rejects where the store does not answer. */
  async pass(): Promise<Reclaimed> {
    if (this.#stopping.signal.aborted) return { looked: 0, begun: 0 };
    const engine = this.#engine;
    const freezes = await openFreezes(engine.store, engine.clock.now());
    await this.#watchClock();
    const found = new Findings(engine, this.#servings, freezes.filter((it) => !isOfBudget(it)).map(freezing));
    await found.gather();
    await this.#watchOthers(found.latest, freezes);
    let begun = 0;
    for (const candidate of found.ordered) begun += this.#begin(candidate);
    for (const [policy, candidates] of found.byPolicy) {
      if (await this.#mayBegin(policy, candidates, freezes).catch((error) => this.#skip(error))) {
        for (const candidate of candidates) begun += this.#begin(candidate);
      }
    }
    await this.#thawIdle(freezes, found.byPolicy);
    for (const [policy, candidates] of found.asked)
      await propose(this.#tools, this.#gathering, policy, candidates);
    await advancePlans(this.#tools);
    for (const resource of found.lost) begun += this.#search(resource);
    this.#forgetSearches(found.lost);
    return { looked: found.looked, begun };
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all([...this.#underWay.values()].map(({ ended }) => ended));
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

  /** All of them or none: over the budget, the policy stops, and a person is told. */
  async #mayBegin(
    policy: Policy,
    candidates: readonly Candidate[],
    freezes: readonly Freeze[],
  ): Promise<boolean> {
    const { engine, onEvent } = this.#tools;
    const { store, clock } = engine;
    const ids = candidates.map(({ resource }) => resource.id);
    const live = await countLive(store, policy, engine.defaults.reclaim.policies);
    const reservation = await reserve(store, policy, ids, { now: clock.now(), live });
    const freeze = freezes.find((it) => isOfBudget(it) && frozen(it).policy === policy.name);
    if (reservation.reserved) {
      if (freeze) await this.#thaw(freeze, "It fits the budget again.");
      return true;
    }
    if (freeze) return false;
    const { wanted, left, allowed } = reservation;
    const { windowSeconds } = policy.budget;
    const reason = `${wanted} are to be freed, ${left} may be: ${allowed} in ${windowSeconds} seconds (${live} live).`;
    const id = `f${crypto.randomUUID()}`;
    await engine.submit(freezeItself, { id, cause: "budget", policy: policy.name, reason }, ACTOR);
    onEvent({ kind: "frozen", id, reason });
    return false;
  }

  /** Of policies that this server has: what it knows nothing of, another one may. */
  async #thawIdle(freezes: readonly Freeze[], byPolicy: ReadonlyMap<Policy, unknown>): Promise<void> {
    const { policies } = this.#engine.defaults.reclaim;
    for (const freeze of freezes.filter(isOfBudget)) {
      const policy = policies.find(({ name }) => name === frozen(freeze).policy);
      if (policy && !byPolicy.has(policy)) await this.#thaw(freeze, "Nothing is to be freed by it any more.");
    }
  }

  async #thaw({ id }: Freeze, reason: string): Promise<void> {
    await this.#engine.submit(thawItself, { id, reason }, ACTOR);
    this.#tools.onEvent({ kind: "thawed", id });
  }

  #begin({ resource, outlook }: Candidate): number {
    const serving = this.#servings.find(({ name }) => name === outlook.provider?.name);
    if (!serving) return 0;
    return this.#start(resource, placeOf(serving, resource), (signal) =>
      attempt(this.#tools, this.#servings, resource, signal),
    );
  }

  #search(resource: Resource): number {
    const now = this.#engine.clock.now();
    const serving = servedBy(this.#servings, describe(resource)) as Serving | undefined;
    if (!serving || (this.#searchAt.get(resource.id) ?? 0) > now) return 0;
    return this.#start(resource, placeOf(serving, resource), async (signal) => {
      const pauseMs = await search(this.#tools, serving, resource, signal);
      if (pauseMs === undefined) this.#searchAt.delete(resource.id);
      else this.#searchAt.set(resource.id, this.#engine.clock.now() + pauseMs);
    });
  }

  #start({ id }: Resource, place: string, work: (signal: AbortSignal) => Promise<void>): number {
    if (this.#underWay.has(id)) return 0;
    const [most, mostOfOne] = UNDER_WAY;
    const there = [...this.#underWay.values()].filter((it) => it.place === place).length;
    if (this.#underWay.size >= most || there >= mostOfOne) return 0;
    const ended = work(this.#stopping.signal)
      .catch((error) => this.#onError(error))
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, { place, ended });
    return 1;
  }

  #forgetSearches(lost: readonly Resource[]): void {
    const ids = new Set(lost.map(({ id }) => id));
    for (const id of this.#searchAt.keys()) if (!ids.has(id)) this.#searchAt.delete(id);
  }

  /** Until the freeze is durable, the jump itself keeps everything from being deleted. */
  async #watchClock(): Promise<void> {
    const { clock } = this.#tools;
    const offset = clock.offset();
    const jump = clock.jumpTo(offset);
    if (jump !== undefined) await this.#freezeForClock(`The wall clock was set by ${jump} milliseconds.`);
    clock.accept(offset);
  }

  async #watchOthers(latest: number, freezes: readonly Freeze[]): Promise<void> {
    const ahead = aheadBy([latest], this.#engine.clock.now());
    if (ahead === undefined || freezes.some((freeze) => frozen(freeze).cause === "clock")) return;
    await this.#freezeForClock(`Another server's clock is ${ahead} milliseconds ahead of this one's.`);
  }

  /** Rejects where it could not be written: nothing may begin then. */
  async #freezeForClock(reason: string): Promise<void> {
    const id = `f${crypto.randomUUID()}`;
    const until = this.#engine.clock.now() + CLOCK_FREEZE_MS;
    const outcome = await this.#engine.submit(freezeItself, { id, cause: "clock", reason, until }, ACTOR);
    if (isRefusal(outcome)) throw new Error(`${reason} No freeze could be written: ${outcome.detail}`);
    this.#tools.onEvent({ kind: "frozen", id, reason });
  }
}

/** Everything that is found or ordered, sorted by what can be done about it. */
class Findings {
  readonly ordered: Candidate[] = [];
  readonly byPolicy = new Map<Policy, Candidate[]>();
  readonly asked = new Map<Policy, Candidate[]>();
  /** What may exist, and can be searched for. */
  readonly lost: Resource[] = [];
  looked = 0;
  /** When the latest fact was heard, whoever heard it. */
  latest = Number.NEGATIVE_INFINITY;
  readonly #engine: Engine;
  readonly #servings: readonly Serving[];
  readonly #freezes: readonly Freezing[];
  readonly #seen = new Set<string>();

  constructor(engine: Engine, servings: readonly Serving[], freezes: readonly Freezing[]) {
    this.#engine = engine;
    this.#servings = servings;
    this.#freezes = freezes;
  }

  async gather(): Promise<void> {
    await this.#gatherFrom({ kind: "resource", tags: [tag.ordered], order: "oldest", limit: PAGE });
    await this.#gatherFrom({ kind: "resource", order: "finding", limit: PAGE });
  }

  async #gatherFrom(query: Query): Promise<void> {
    for await (const { records } of pagesOf(this.#engine.store, query)) await this.#addPage(records);
  }

  async #addPage(page: readonly StoredRecord[]): Promise<void> {
    const { store } = this.#engine;
    const found = await withGroups(store, page);
    const named = new Set(
      found.flatMap(({ record }) => (record.kind === "resource" ? (standingOrder(record)?.plan ?? []) : [])),
    );
    const loaded = named.size > 0 ? await store.load([...named].map(planKey)) : [];
    const plans = readPage(loaded.filter(({ until }) => until === undefined)) as readonly Plan[];
    const now = this.#engine.clock.now();
    const standing = new Set(plans.filter((plan) => stands(plan, now)).map(({ id }) => id));
    for (const { record, allocation, session } of found) {
      if (record.kind !== "resource" || this.#seen.has(record.id)) continue;
      this.#seen.add(record.id);
      this.#add(record, { allocation, session, isPlanStanding: (plan) => standing.has(plan) });
    }
  }

  #add(resource: Resource, around: Pick<Surroundings, "allocation" | "session" | "isPlanStanding">): void {
    const { allocation } = around;
    const { clock, defaults, started } = this.#engine;
    const now = clock.now();
    this.looked += 1;
    this.latest = Math.max(this.latest, ...resource.facts.map(({ arrival }) => arrival));
    if (liveExternalIds(resource).length === 0) {
      if (this.#isLost(resource, allocation)) this.lost.push(resource);
      return;
    }
    // Whether it has children is asked at the claim: here it would cost a query each.
    const outlook = outlookOf(resource, {
      now,
      defaults,
      started,
      ...around,
      children: [],
      freezes: this.#freezes,
    });
    const candidate = { resource, allocation, outlook };
    const [obstacle, ...others] = outlook.obstacles;
    if (!obstacle && outlook.because !== "policy") this.ordered.push(candidate);
    else if (!obstacle) addTo(this.byPolicy, outlook.policy as Policy, candidate);
    else if (obstacle.code === "ask" && others.length === 0) {
      addTo(this.asked, outlook.policy as Policy, candidate);
    }
  }

  #isLost(resource: Resource, allocation: Candidate["allocation"]): boolean {
    const { clock, defaults } = this.#engine;
    if ((servedBy(this.#servings, describe(resource))?.findable ?? "no") === "no") return false;
    const { findings } = deriveResource(resource, { now: clock.now(), allocation, defaults });
    return findings.some(({ kind }) => kind === "overdue-intent" || kind === "unknown-outcome");
  }
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
