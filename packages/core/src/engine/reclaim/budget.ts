import type { Policy } from "../../domain/policy.ts";
import { policyFor } from "../../domain/policy.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { bodyOf, changeOf } from "../../ports/factless.ts";
import { pagesOf } from "../../ports/pages.ts";
import { type Store, type StoredRecord, StoreUnavailable } from "../../ports/store.ts";
import { RecordUnreadable, readPage } from "../../ports/stored-record.ts";

/** From when on the share of each resource counts, by id. */
type Spent = { readonly [resource: string]: number };

export type Reservation =
  | { readonly reserved: true }
  /** `left` of what the window allows, for `wanted` more. */
  | { readonly reserved: false; readonly wanted: number; readonly left: number; readonly allowed: number };

export interface Moment {
  readonly now: number;
  /** How many live besides these. */
  readonly live: (except: ReadonlySet<string>) => Promise<number>;
}

const TRIES = 20;
/** So long a share that was renewed is good for a deletion. It counts from the end of that on. */
const GOOD_MS = 5_000;

/**
 * Takes their share of the policy's budget for all of them, or for none: durably, before anything is claimed. Whoever
 * has a share in the window already needs no other, so servers side by side do not count one resource twice.
 */
export async function reserve(
  store: Store,
  policy: Policy,
  resources: readonly string[],
  { now, live }: Moment,
): Promise<Reservation> {
  return spend<Reservation>(store, policy, now, async (spent) => {
    const more = resources.filter((id) => !Object.hasOwn(spent, id));
    const allowed = await allowedOf(policy, [...Object.keys(spent), ...resources], live);
    const left = leftOf(spent, allowed);
    if (more.length > left) return { result: { reserved: false, wanted: more.length, left, allowed } };
    return { taken: sharesAt(now, more), result: { reserved: true } };
  });
}

/**
 * The shares of what is about to be deleted count from now on, so that in no window more is deleted than may be. One
 * that counts no more, since its window is over, is taken anew if there is one left. Returns until when each is good for
 * a deletion.
 */
export async function renew(
  store: Store,
  policy: Policy,
  resources: readonly string[],
  { now, live }: Moment,
): Promise<{ readonly [resource: string]: number }> {
  return spend(store, policy, now, async (spent) => {
    const kept = resources.filter((id) => Object.hasOwn(spent, id));
    const over = resources.filter((id) => !Object.hasOwn(spent, id));
    const left =
      over.length > 0 ? leftOf(spent, await allowedOf(policy, [...Object.keys(spent), ...over], live)) : 0;
    const taken = sharesAt(now + GOOD_MS, [...kept, ...over.slice(0, left)]);
    return { taken, result: taken };
  });
}

/** A share of what lived in the window: what was freed of that counts, too, or it would allow less with each. */
async function allowedOf(
  { budget }: Policy,
  resources: readonly string[],
  live: Moment["live"],
): Promise<number> {
  const known = new Set(resources);
  const lived = known.size + (await live(known));
  return Math.min(budget.count, Math.ceil((budget.percent * lived) / 100));
}

const leftOf = (spent: Spent, allowed: number): number => Math.max(0, allowed - Object.keys(spent).length);

const sharesAt = (moment: number, resources: readonly string[]): Spent =>
  Object.fromEntries(resources.map((id) => [id, moment]));

/** Writes what `decide` takes on top of what was spent within the window. */
async function spend<Result>(
  store: Store,
  { name, budget }: Policy,
  now: number,
  decide: (spent: Spent) => Promise<{ readonly taken?: Spent; readonly result: Result }>,
): Promise<Result> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const [stored] = await store.load([{ kind: "budget", id: name }]);
    const spent = within(stored ? spentIn(stored) : {}, now - 1_000 * budget.windowSeconds);
    const { taken = {}, result } = await decide(spent);
    if (Object.keys(taken).length === 0) return result;
    const body = { ...spent, ...taken };
    const change = changeOf({ kind: "budget", id: name, tags: [], body }, stored?.version ?? 0);
    const [outcome] = await store.commit([change]);
    if (outcome === "applied") return result;
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

/** How many the policy is for that are known to exist, besides these; no more than are needed to say what it may free. */
export async function countLive(
  store: Store,
  policy: Policy,
  policies: readonly Policy[],
  except: ReadonlySet<string> = new Set(),
): Promise<number> {
  const { match, budget } = policy;
  if (budget.count === 0 || budget.percent === 0) return 0;
  const enough = Math.ceil((100 * budget.count) / budget.percent);
  let live = 0;
  for (const state of LIVE) {
    const where = { state, ...only("application", match), ...only("type", match), ...only("owner", match) };
    for await (const page of pagesOf(store, { kind: "resource", where, order: "newest", limit: PAGE })) {
      const resources = readPage(page.records) as readonly Resource[];
      const counts = (resource: Resource) =>
        !except.has(resource.id) && policyFor(policies, describe(resource)) === policy;
      live += resources.filter(counts).length;
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
