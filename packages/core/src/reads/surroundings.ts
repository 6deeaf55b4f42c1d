import type { Defaults } from "../domain/defaults.ts";
import { tag } from "../domain/indexed.ts";
import { deriveFreeze, type Freeze, freezing, frozen } from "../domain/reclaim/freeze.ts";
import { standingOrder } from "../domain/reclaim/order.ts";
import type { Freezing, Surroundings } from "../domain/reclaim/outlook.ts";
import { type Plan, stateOfPlan } from "../domain/reclaim/plan.ts";
import { type Allocation, describe, type Record, type Resource, type Session } from "../domain/record.ts";
import { type Key, planKey, resourceKey, sessionKey, tagKey } from "../domain/view.ts";
import type { Store } from "../ports/store.ts";
import { readPage, readRecord } from "../ports/stored-record.ts";

interface Moment {
  readonly now: number;
  readonly defaults: Defaults;
  readonly started?: number | undefined;
}

/** A resource with all that bears on whether it may be freed, as it is stored now. */
export interface Found {
  readonly resource: Resource;
  readonly surroundings: Surroundings;
}

/** Nothing where there is no such resource. */
export async function lookUp(
  store: Store,
  resource: Resource | string,
  moment: Moment & { readonly claim?: number },
): Promise<Found | undefined> {
  const id = typeof resource === "string" ? resource : resource.id;
  const [stored] = (await store.load([resourceKey(id)])).filter(
    (it) => it.kind === "resource" && it.until === undefined,
  );
  if (!stored) return undefined;
  const known = readRecord(stored) as Resource;
  const { session, allocation } = describe(known);
  const plan = standingOrder(known)?.plan;
  const keys: Key[] = [
    tagKey(tag.parent(id)),
    ...(session === undefined ? [] : [sessionKey(session)]),
    ...(allocation === undefined ? [] : [{ kind: "allocation", id: allocation } as const]),
    ...(plan === undefined ? [] : [planKey(plan)]),
  ];
  const around = readPage((await store.load(keys)).filter(({ until }) => until === undefined));
  const find = <R extends Record>(kind: R["kind"], id: string | undefined) =>
    around.find((record) => record.kind === kind && record.id === id) as R | undefined;
  return {
    resource: known,
    surroundings: {
      ...moment,
      allocation: find<Allocation>("allocation", allocation),
      session: find<Session>("session", session),
      children: around.filter(
        (record): record is Resource => record.kind === "resource" && describe(record).parent === id,
      ),
      freezes: await freezesIn(store, moment.now),
      isPlanStanding: (id) => {
        const known = find<Plan>("plan", id);
        return known !== undefined && stands(known, moment.now);
      },
    },
  };
}

/** What it has ordered may be freed. */
export function stands(plan: Plan, now: number): boolean {
  const state = stateOfPlan(plan, now);
  return state === "running" || state === "done";
}

const MOST_FREEZES = 1_000;

/** The freezes that hold now. */
export async function openFreezes(store: Store, now: number): Promise<readonly Freeze[]> {
  const query = { kind: "freeze", where: { state: "frozen" }, order: "newest", limit: MOST_FREEZES } as const;
  const freezes = readPage((await store.query(query)).records) as readonly Freeze[];
  return freezes.filter((freeze) => deriveFreeze(freeze, now).state === "frozen");
}

const freezesIn = async (store: Store, now: number): Promise<readonly Freezing[]> =>
  (await openFreezes(store, now)).map(freezing);

/** Those that no budget explains: what was claimed before a budget was spent had its share of it. */
export const isOfBudget = (freeze: Freeze): boolean => frozen(freeze).cause === "budget";
