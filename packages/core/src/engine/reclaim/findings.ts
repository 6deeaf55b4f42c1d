import { deriveResource } from "../../domain/derive-resource.ts";
import { liveExternalIds } from "../../domain/existence.ts";
import { tag } from "../../domain/indexed.ts";
import type { Policy } from "../../domain/policy.ts";
import { standingOrder } from "../../domain/reclaim/order.ts";
import { type Freezing, outlookOf, type Surroundings } from "../../domain/reclaim/outlook.ts";
import type { Plan } from "../../domain/reclaim/plan.ts";
import { searchableFrom } from "../../domain/reclaim/proof.ts";
import { type Served, servedBy } from "../../domain/reclaim/served.ts";
import { settleSecondsFor } from "../../domain/reclaim/terms.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { planKey } from "../../domain/view.ts";
import { pagesOf } from "../../ports/pages.ts";
import type { Query, StoredRecord } from "../../ports/store.ts";
import { readPage } from "../../ports/stored-record.ts";
import { withGroups } from "../../reads/records.ts";
import { stands } from "../../reads/surroundings.ts";
import type { Engine } from "../engine.ts";
import type { Candidate } from "./candidate.ts";

const PAGE = 500;

/** Everything that is found or ordered, sorted by what can be done about it. */
export class Findings {
  readonly ordered: Candidate[] = [];
  readonly byPolicy = new Map<Policy, Candidate[]>();
  readonly asked = new Map<Policy, Candidate[]>();
  /** What may exist, and can be searched for. */
  readonly lost: Resource[] = [];
  looked = 0;
  /** When the latest fact was heard, whoever heard it. */
  latest = Number.NEGATIVE_INFINITY;
  readonly #engine: Engine;
  readonly #served: readonly Served[];
  readonly #freezes: readonly Freezing[];
  readonly #seen = new Set<string>();

  constructor(engine: Engine, served: readonly Served[], freezes: readonly Freezing[]) {
    this.#engine = engine;
    this.#served = served;
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
    const plans = readPage(
      named.size > 0 ? await store.load([...named].map(planKey)) : [],
    ) as readonly Plan[];
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
    const now = clock.now();
    if ((servedBy(this.#served, describe(resource))?.findable ?? "no") === "no") return false;
    if (searchableFrom(resource, settleSecondsFor(resource, defaults)) > now) return false;
    const { findings } = deriveResource(resource, { now, allocation, defaults });
    return findings.some(({ kind }) => kind === "overdue-intent" || kind === "unknown-outcome");
  }
}

function addTo<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
