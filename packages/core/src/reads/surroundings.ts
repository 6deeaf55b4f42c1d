import type { Defaults } from "../domain/defaults.ts";
import { tag } from "../domain/indexed.ts";
import { ancestorsOf, livingChildren } from "../domain/reclaim/family.ts";
import { deriveFreeze, type Freeze, freezing, frozen } from "../domain/reclaim/freeze.ts";
import { standingOrder } from "../domain/reclaim/order.ts";
import type { Surroundings } from "../domain/reclaim/outlook.ts";
import { type Plan, stateOfPlan } from "../domain/reclaim/plan.ts";
import { type Allocation, describe, type Record, type Resource, type Session } from "../domain/record.ts";
import { type Key, planKey, resourceKey, sessionKey, tagKey } from "../domain/view.ts";
import { pagesOf } from "../ports/pages.ts";
import type { Store } from "../ports/store.ts";
import { isRecord, readRecord } from "../ports/stored-record.ts";

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

/** As it is stored now; nothing where there is no such resource. */
export async function findResource(store: Store, id: string): Promise<Resource | undefined> {
  const stored = (await store.load([resourceKey(id)])).find((it) => it.kind === "resource" && isRecord(it));
  return stored && (readRecord(stored) as Resource);
}

/**
 * Nothing where there is no such resource; of the freezes, those that `bears` picks. Rejects with `RecordUnreadable` where something around it cannot be
 * read: that may be what stands in the way.
 */
export async function lookUp(
  store: Store,
  id: string,
  moment: Moment & { readonly claim?: number },
  bears: (freeze: Freeze) => boolean = () => true,
): Promise<Found | undefined> {
  const known = await findResource(store, id);
  if (!known) return undefined;
  const { session, allocation } = describe(known);
  const plan = standingOrder(known)?.plan;
  const keys: Key[] = [
    tagKey(tag.parent(id)),
    ...(session === undefined ? [] : [sessionKey(session)]),
    ...(allocation === undefined ? [] : [{ kind: "allocation", id: allocation } as const]),
    ...(plan === undefined ? [] : [planKey(plan)]),
  ];
  const around = (await store.load(keys)).filter(isRecord).map(readRecord);
  const find = <R extends Record>(kind: R["kind"], id: string | undefined) =>
    around.find((record) => record.kind === kind && record.id === id) as R | undefined;
  const children = around.filter(
    (record): record is Resource => record.kind === "resource" && describe(record).parent === id,
  );
  const isParent = livingChildren(known, children).length > 0;
  return {
    resource: known,
    surroundings: {
      ...moment,
      allocation: find<Allocation>("allocation", allocation),
      session: find<Session>("session", session),
      children,
      ...(isParent && { ancestors: await findAncestors(store, known) }),
      freezes: (await openFreezes(store, moment.now)).filter(bears).map(freezing),
      isPlanStanding: (id) => {
        const known = find<Plan>("plan", id);
        return known !== undefined && stands(known, moment.now);
      },
    },
  };
}

/** Beyond that many generations it is none that anybody meant. */
const GENERATIONS = 100;

async function findAncestors(store: Store, resource: Resource): Promise<readonly string[]> {
  const found = new Map<string, Resource>();
  const ancestors = () => ancestorsOf(resource, (id) => found.get(id));
  while (found.size < GENERATIONS) {
    const last = ancestors().at(-1);
    const next = last === undefined || found.has(last) ? undefined : await findResource(store, last);
    if (!next) break;
    found.set(next.id, next);
  }
  return ancestors();
}

/** What it has ordered may be freed. */
export function stands(plan: Plan, now: number): boolean {
  const state = stateOfPlan(plan, now);
  return state === "running" || state === "done";
}

const PAGE = 1_000;

/** The freezes that hold now. Rejects with `RecordUnreadable` where one cannot be read: it may be one that holds. */
export async function openFreezes(store: Store, now: number): Promise<readonly Freeze[]> {
  const query = { kind: "freeze", where: { state: "frozen" }, order: "newest", limit: PAGE } as const;
  const pages = await Array.fromAsync(pagesOf(store, query));
  const freezes = pages.flatMap(({ records }) => records.map(readRecord)) as readonly Freeze[];
  return freezes.filter((freeze) => deriveFreeze(freeze, now).state === "frozen");
}

/** What was claimed before a budget was spent had its share of it. */
export const isOfBudget = (freeze: Freeze): boolean => frozen(freeze).cause === "budget";
