import { createHash } from "node:crypto";
import { isRefusal } from "../../domain/command.ts";
import { notePlan } from "../../domain/commands/note-plan.ts";
import { orderPlanned } from "../../domain/commands/order-planned.ts";
import { proposePlan } from "../../domain/commands/propose-plan.ts";
import { costOf, rounded } from "../../domain/cost.ts";
import { deriveResource } from "../../domain/derive-resource.ts";
import { liveExternalIds } from "../../domain/existence.ts";
import { tag } from "../../domain/indexed.ts";
import type { Policy } from "../../domain/policy.ts";
import { stuckFact } from "../../domain/reclaim/claims.ts";
import { standingOrder } from "../../domain/reclaim/order.ts";
import {
  failedEarly,
  type HourlyCost,
  itemStates,
  MOST_ITEMS,
  nextLot,
  type Plan,
  type PlanItem,
  planned,
  stateOfPlan,
} from "../../domain/reclaim/plan.ts";
import { describe, factsOf, type Resource } from "../../domain/record.ts";
import { isSettled } from "../../domain/resource-state.ts";
import { sentenceOf } from "../../domain/sentence.ts";
import { resourceKey } from "../../domain/view.ts";
import { readPage } from "../../ports/stored-record.ts";
import type { Engine } from "../engine.ts";
import { ACTOR } from "../looking.ts";
import type { Candidate } from "./candidate.ts";
import type { Gathering } from "./gathering.ts";
import type { Tools } from "./tools.ts";

const DAY = 86_400_000;
const APART_MS = 600_000;
const PAGE = 100;

/**
 * Puts what a policy asks for before a person: what is on no plan yet that waits or goes on, nor on one that was aborted
 * lately. One plan follows another only after a while, so that what comes to be due one by one is gathered.
 */
export async function propose(
  { engine, onEvent }: Tools,
  gathering: Gathering,
  policy: Policy,
  candidates: readonly Candidate[],
): Promise<void> {
  const now = engine.clock.now();
  const query = { kind: "plan", tags: [tag.policy(policy.name)], order: "newest", limit: PAGE } as const;
  const plans = readPage((await engine.store.query(query)).records) as readonly Plan[];
  const latest = Math.max(...plans.map((plan) => planned(plan).at), Number.NEGATIVE_INFINITY);
  const isFollowing = plans.some((plan) => stateOfPlan(plan, now) === "waiting");
  if (isFollowing && now - latest < APART_MS) return;
  const asked = new Set(plans.flatMap((plan) => askedBy(plan, now)));
  const open = candidates.filter(({ resource }) => !asked.has(resource.id));
  const ids = open.map(({ resource }) => resource.id);
  if (ids.length === 0 || !gathering.isComplete(policy.name, ids, now)) return;
  const chosen = open.slice(0, MOST_ITEMS);
  const items = chosen.map((candidate) => itemOf(candidate, engine));
  const id = `p${crypto.randomUUID()}`;
  const hash = createHash("sha256").update(JSON.stringify(items)).digest("hex").slice(0, 16);
  const cost = costPerHour(chosen, now);
  const proposed = { id, policy: policy.name, items, hash, cost, expires: now + DAY };
  const outcome = await engine.submit(proposePlan, proposed, ACTOR);
  if (!isRefusal(outcome)) onEvent({ kind: "planned", id });
}

/** The items of which a person need not be asked: he is asked already, has said yes, or said no within the day. */
function askedBy(plan: Plan, now: number): readonly string[] {
  const state = stateOfPlan(plan, now);
  const no = plan.facts.find(({ kind }) => kind === "aborted");
  const isRefused = no !== undefined && no.actor !== ACTOR && planned(plan).expires > now;
  const counts = state === "waiting" || state === "running" || isRefused;
  return counts ? planned(plan).items.map(({ resource }) => resource) : [];
}

function itemOf(
  { resource, allocation }: Candidate,
  { clock, defaults }: Engine,
): PlanItem & { externalIds: string[] } {
  const { type, owner, application } = describe(resource);
  const { findings } = deriveResource(resource, { now: clock.now(), allocation, defaults });
  const [worst] = findings;
  return {
    resource: resource.id,
    version: resource.facts.length,
    externalIds: [...liveExternalIds(resource)],
    type,
    owner,
    application,
    says: worst ? sentenceOf(resource, worst) : "",
  };
}

/** By currency; what has no price adds nothing. */
function costPerHour(candidates: readonly Candidate[], now: number): HourlyCost[] {
  const costs = new Map<string, number>();
  for (const { resource } of candidates) {
    const cost = costOf(resource, now);
    if (cost) costs.set(cost.currency, (costs.get(cost.currency) ?? 0) + cost.perHour);
  }
  return [...costs].map(([currency, perHour]) => ({ currency, perHour: rounded(perHour) }));
}

/** Carries approved plans on by a step each. */
export async function advancePlans(tools: Tools): Promise<void> {
  const query = { kind: "plan", where: { state: "running" }, order: "oldest", limit: PAGE } as const;
  const plans = readPage((await tools.engine.store.query(query)).records) as readonly Plan[];
  for (const plan of plans) await advance(tools.engine, plan);
}

async function advance(engine: Engine, plan: Plan): Promise<void> {
  const note = async (said: unknown) => engine.submit(notePlan, { id: plan.id, note: said }, ACTOR);
  const ordered = [...itemStates(plan)].flatMap(([id, state]) => (state === "ordered" ? [id] : []));
  const resources = await load(engine, ordered);
  for (const id of ordered) {
    const resource = resources.get(id);
    const ended = resource && endOf(resource, plan.id);
    if (ended) await note({ ...ended, resource: id });
  }
  const isOver = endOfPlan(plan) <= engine.clock.now();
  if (ordered.length > 0 && !isOver) return;
  const reason = isOver ? "A day after its approval its time is over." : reasonToStop(plan);
  if (reason !== undefined) return void (await note({ kind: "aborted", reason }));
  await orderNext(engine, plan, note);
}

async function orderNext(
  engine: Engine,
  plan: Plan,
  note: (said: unknown) => Promise<unknown>,
): Promise<void> {
  const approval = plan.facts.find((fact) => fact.kind === "approved");
  const items = new Map(planned(plan).items.map((item) => [item.resource, item]));
  const accepted: string[] = [];
  for (const id of nextLot(plan)) {
    const order = {
      id,
      seen: items.get(id)?.version,
      reason: `Plan ${plan.id}`,
      decision: plan.id,
      plan: plan.id,
    };
    const outcome = await engine.submit(orderPlanned, order, approval?.actor ?? ACTOR);
    if (!isRefusal(outcome)) accepted.push(id);
    else if (outcome.refused === "store-unavailable" || outcome.refused === "queue-full") break;
    else await note({ kind: "skipped", resource: id, reason: outcome.detail });
  }
  if (accepted.length > 0) await note({ kind: "ordered", resources: accepted });
}

/** What cannot be freed for now must not keep others waiting for ever. */
const endOfPlan = ({ facts }: Plan): number =>
  DAY + Math.min(...facts.flatMap(({ kind, at }) => (kind === "approved" ? [at] : [])));

const reasonToStop = (plan: Plan): string | undefined =>
  failedEarly(plan)
    ? "One of the first items could not be freed: look at it before more follows."
    : undefined;

/** What became of an item; nothing while it is under way. */
function endOf(resource: Resource, plan: string) {
  if (isSettled(resource)) return { kind: "item-freed" };
  const stuck = stuckFact(resource);
  const order = factsOf(resource, "reclaim-ordered").find((fact) => fact.plan === plan);
  if (stuck && order && stuck.claim > order.afterClaim) return { kind: "item-failed", reason: stuck.reason };
  if (standingOrder(resource)?.plan === plan) return undefined;
  return { kind: "skipped", reason: "Something was reported or decided after it was ordered." };
}

async function load({ store }: Engine, ids: readonly string[]): Promise<ReadonlyMap<string, Resource>> {
  if (ids.length === 0) return new Map();
  const records = readPage(await store.load(ids.map(resourceKey)));
  return new Map(
    records.flatMap((record) => (record.kind === "resource" ? [[record.id, record] as const] : [])),
  );
}
