import type { Ms, Stamp } from "../fact.ts";
import { type Due, dueOf, type Finding } from "../finding.ts";

/** What a policy that asks would free: a frozen list, which a person approves or not. */
export interface Plan {
  readonly kind: "plan";
  readonly id: string;
  readonly facts: readonly PlanFact[];
}

/** One resource, as it was when the plan was made. */
export interface PlanItem {
  readonly resource: string;
  /** How many facts it had. */
  readonly version: number;
  readonly externalIds: readonly string[];
  readonly type: string;
  readonly owner: string;
  readonly application: string;
  /** Why it is on the list. */
  readonly says: string;
}

export interface HourlyCost {
  readonly currency: string;
  readonly perHour: number;
}

export type PlanReport =
  | {
      readonly kind: "planned";
      readonly policy: string;
      readonly items: readonly PlanItem[];
      /** Of the items: who approves it says which list he saw. */
      readonly hash: string;
      readonly cost: readonly HourlyCost[];
      readonly expires: Ms;
    }
  | { readonly kind: "approved"; readonly reason: string }
  | { readonly kind: "aborted"; readonly reason: string }
  | { readonly kind: "ordered"; readonly resources: readonly string[] }
  /** It had changed since the plan was made. */
  | { readonly kind: "skipped"; readonly resource: string; readonly reason: string }
  | { readonly kind: "item-freed"; readonly resource: string }
  | { readonly kind: "item-failed"; readonly resource: string; readonly reason: string };

export type PlanFact = PlanReport & Stamp;

/** More would not fit into one record with what becomes of them. */
export const MOST_ITEMS = 300;

export const PLAN_STATES = ["waiting", "running", "done", "aborted", "expired"] as const;
export type PlanState = (typeof PLAN_STATES)[number];

export interface PlanStatus extends Due {
  readonly state: PlanState;
}

export function derivePlan(plan: Plan, now: Ms): PlanStatus {
  const { at, expires } = planned(plan);
  const state = stateOfPlan(plan, now);
  if (state !== "waiting") return { state, due: null, findings: [], next: null };
  const finding: Finding = { kind: "plan-waiting", from: at, facts: [0] };
  return { state, ...dueOf([finding], now), next: expires };
}

export function stateOfPlan(plan: Plan, now: Ms): PlanState {
  const has = (kind: PlanFact["kind"]) => plan.facts.some((fact) => fact.kind === kind);
  if (has("aborted")) return "aborted";
  if (!has("approved")) return planned(plan).expires <= now ? "expired" : "waiting";
  return openItems(plan).length === 0 ? "done" : "running";
}

/** What became of each item so far. */
export type ItemState = "waiting" | "ordered" | "skipped" | "freed" | "failed";

export function itemStates(plan: Plan): ReadonlyMap<string, ItemState> {
  const states = new Map<string, ItemState>(planned(plan).items.map(({ resource }) => [resource, "waiting"]));
  for (const fact of plan.facts) {
    if (fact.kind === "ordered") {
      // Two servers may say it, one of them late: what has come to its end stays there.
      for (const id of fact.resources) if (states.get(id) === "waiting") states.set(id, "ordered");
    }
    if (fact.kind === "skipped") states.set(fact.resource, "skipped");
    if (fact.kind === "item-freed") states.set(fact.resource, "freed");
    if (fact.kind === "item-failed") states.set(fact.resource, "failed");
  }
  return states;
}

/** Those that are not at their end. */
const openItems = (plan: Plan): readonly string[] =>
  [...itemStates(plan)].flatMap(([id, state]) => (state === "waiting" || state === "ordered" ? [id] : []));

/** How many are freed at a time: one, then a few, then many; the next lot only once the one before is through. */
const LOTS = [1, 5] as const;
const LARGE_LOT = 50;

/** What is to be ordered next; nothing while something that was ordered is under way, or once a lot has failed. */
export function nextLot(plan: Plan): readonly string[] {
  const states = [...itemStates(plan)];
  if (states.some(([, state]) => state === "ordered")) return [];
  const lots = plan.facts.filter(({ kind }) => kind === "ordered").length;
  const size = LOTS[lots] ?? LARGE_LOT;
  return states.flatMap(([id, state]) => (state === "waiting" ? [id] : [])).slice(0, size);
}

/** Whether one of the first, small lots has failed: then a person should look before more follows. */
export function failedEarly(plan: Plan): boolean {
  const lots = plan.facts.flatMap((fact) => (fact.kind === "ordered" ? [fact.resources] : []));
  const early = new Set(lots.slice(0, LOTS.length).flat());
  return plan.facts.some((fact) => fact.kind === "item-failed" && early.has(fact.resource));
}

/** Its first fact. */
export function planned(plan: Plan): Extract<PlanFact, { kind: "planned" }> {
  const [fact] = plan.facts;
  if (fact?.kind !== "planned") throw new Error(`plan ${plan.id} was never made`);
  return fact;
}
