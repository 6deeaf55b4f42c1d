import { freezeItself } from "../../domain/commands/freeze-itself.ts";
import { thawItself } from "../../domain/commands/thaw-itself.ts";
import type { Policy } from "../../domain/policy.ts";
import { type Freeze, frozen } from "../../domain/reclaim/freeze.ts";
import { isOfBudget } from "../../reads/surroundings.ts";
import { ACTOR } from "../looking.ts";
import type { Candidate } from "./candidate.ts";
import type { Tools } from "./tools.ts";

/** All of them or none: over the budget, the policy stops, and a person is told. */
export async function isWithinBudget(
  tools: Tools,
  policy: Policy,
  candidates: readonly Candidate[],
  freezes: readonly Freeze[],
): Promise<boolean> {
  const { engine, shares, onEvent } = tools;
  const ids = candidates.map(({ resource }) => resource.id);
  const reservation = await shares.reserve(policy, ids);
  const freeze = freezes.find((it) => isOfBudget(it) && frozen(it).policy === policy.name);
  if (reservation.reserved) {
    if (freeze) await thaw(tools, freeze, "It fits the budget again.");
    return true;
  }
  if (freeze) return false;
  const { wanted, left, allowed } = reservation;
  const { windowSeconds } = policy.budget;
  const reason = `${wanted} are to be freed, ${left} may be: ${allowed} in ${windowSeconds} seconds.`;
  const id = `f${crypto.randomUUID()}`;
  await engine.submit(freezeItself, { id, cause: "budget", policy: policy.name, reason }, ACTOR);
  onEvent({ kind: "frozen", id, reason });
  return false;
}

/** Of policies that this server has: what it knows nothing of, another one may. */
export async function thawIdle(
  tools: Tools,
  freezes: readonly Freeze[],
  byPolicy: ReadonlyMap<Policy, unknown>,
): Promise<void> {
  const { policies } = tools.engine.defaults.reclaim;
  for (const freeze of freezes.filter(isOfBudget)) {
    const policy = policies.find(({ name }) => name === frozen(freeze).policy);
    if (policy && !byPolicy.has(policy)) await thaw(tools, freeze, "Nothing is to be freed by it any more.");
  }
}

async function thaw({ engine, onEvent }: Tools, { id }: Freeze, reason: string): Promise<void> {
  await engine.submit(thawItself, { id, reason }, ACTOR);
  onEvent({ kind: "thawed", id });
}
