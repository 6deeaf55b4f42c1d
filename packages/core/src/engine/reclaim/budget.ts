import type { Policy } from "../../domain/policy.ts";
import { policyFor } from "../../domain/policy.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { bodyOf, changeOf } from "../../ports/factless.ts";
import { pagesOf } from "../../ports/pages.ts";
import { type Store, type StoredRecord, StoreUnavailable } from "../../ports/store.ts";
import { RecordUnreadable, readPage } from "../../ports/stored-record.ts";

/** When each resource took its share, by id. */
type Spent = { readonly [resource: string]: number };

export type Reservation =
  | { readonly reserved: true }
  /** `left` of what the window allows, for `wanted` more. */
  | { readonly reserved: false; readonly wanted: number; readonly left: number; readonly allowed: number };

const TRIES = 5;

/**
 * Takes their share of the policy's budget for all of them, or for none: durably, before anything is claimed. Whoever
 * has a share in the window already needs no other, so servers side by side do not count one resource twice.
 */
export async function reserve(
  store: Store,
  { name, budget }: Policy,
  resources: readonly string[],
  { now, live }: { now: number; live: number },
): Promise<Reservation> {
  const allowed = Math.min(budget.count, Math.ceil((budget.percent * live) / 100));
  for (let tried = 0; tried < TRIES; tried += 1) {
    const [stored] = await store.load([{ kind: "budget", id: name }]);
    const spent = within(stored ? spentIn(stored) : {}, now - 1_000 * budget.windowSeconds);
    const more = resources.filter((id) => !Object.hasOwn(spent, id));
    const left = Math.max(0, allowed - Object.keys(spent).length);
    if (more.length > left) return { reserved: false, wanted: more.length, left, allowed };
    if (more.length === 0) return { reserved: true };
    const taken = { ...spent, ...Object.fromEntries(more.map((id) => [id, now])) };
    const change = changeOf({ kind: "budget", id: name, tags: [], body: taken }, stored?.version ?? 0);
    const [outcome] = await store.commit([change]);
    if (outcome === "applied") return { reserved: true };
  }
  throw new StoreUnavailable("the budget was written by others again and again", "It is tried again.");
}

/** What cannot be read may have spent all of it. */
function spentIn(stored: StoredRecord): Spent {
  const spent = bodyOf(stored) as Spent | null;
  if (spent && Object.values(spent).every(Number.isFinite)) return spent;
  throw new RecordUnreadable(`the stored budget ${stored.id} cannot be read`);
}

const within = (spent: Spent, from: number): Spent =>
  Object.fromEntries(Object.entries(spent).filter(([, at]) => at > from));

const PAGE = 500;
const LIVE = ["allocated", "releasing"] as const;

/** How many the policy is for that are known to exist; no more than are needed to say what it may free. */
export async function countLive(store: Store, policy: Policy, policies: readonly Policy[]): Promise<number> {
  const { match, budget } = policy;
  if (budget.count === 0 || budget.percent === 0) return 0;
  const enough = Math.ceil((100 * budget.count) / budget.percent);
  let live = 0;
  for (const state of LIVE) {
    const where = { state, ...only("application", match), ...only("type", match), ...only("owner", match) };
    for await (const page of pagesOf(store, { kind: "resource", where, order: "newest", limit: PAGE })) {
      const resources = readPage(page.records) as readonly Resource[];
      live += resources.filter((resource) => policyFor(policies, describe(resource)) === policy).length;
      if (live >= enough) return enough;
    }
  }
  return live;
}

/** What the store can look for itself: of several values it cannot. */
function only(
  property: "application" | "type" | "owner",
  match: Policy["match"],
): { readonly [property: string]: string } {
  const values = match[property];
  const [value] = values ?? [];
  return values?.length === 1 && value !== undefined ? { [property]: value } : {};
}
