import type { Policy } from "../../domain/policy.ts";
import { type Obstacle, type Outlook, outlookOf, type Surroundings } from "../../domain/reclaim/outlook.ts";
import type { Freeing } from "../../ports/provider.ts";
import { isOfBudget, lookUp } from "../../reads/surroundings.ts";
import { meant } from "./answer.ts";
import type { Asking } from "./looking.ts";
import { saying, type Tools } from "./tools.ts";

/** Too little time to delete, and to see what comes of it. */
const LEAST_MS = 2_000;

/** What was decided by a clock that was set meanwhile cannot be trusted, and the freeze is still to come. */
const CLOCK_SET: Obstacle = { code: "frozen", says: "The wall clock was set just now." };

/** What it is about, as things stand now. */
type OutlookNow = Pick<Outlook, "obstacles" | "externalIds"> &
  Partial<Pick<Outlook, "because" | "policy">> &
  Pick<Surroundings, "ancestors">;

export async function outlookNow({ engine, clock }: Tools, id: string, claim?: number): Promise<OutlookNow> {
  const now = engine.clock.now();
  const { defaults, started } = engine;
  const moment = { now, defaults, started, ...(claim !== undefined && { claim }) };
  const found = await lookUp(engine.store, id, moment, (freeze) => !isOfBudget(freeze));
  if (!found) {
    return {
      externalIds: [],
      obstacles: [{ code: "nothing-to-free", says: "There is no such resource any more." }],
    };
  }
  const { ancestors = [] } = found.surroundings;
  const outlook = { ...outlookOf(found.resource, found.surroundings), ancestors };
  return clock.jumpTo() === undefined
    ? outlook
    : { ...outlook, obstacles: [...outlook.obstacles, CLOCK_SET] };
}

/** By whose claim it is freed. */
export interface Claimed {
  readonly id: string;
  readonly claim: number;
  readonly until: number;
  /** The policy by which it was claimed, where it was: nobody has ordered it then. */
  readonly policy: Policy | undefined;
}

/**
 * Deletes it, if everything that is asked once more when its turn has come lets it: it may have waited for that for long.
 */
export async function freeInTurn(
  tools: Tools,
  { id, claim, until, policy }: Claimed,
  { asking, externalId, signal }: { asking: Asking; externalId: string; signal: AbortSignal },
): Promise<Freeing | { readonly answer: "forbidden" | "late"; readonly reason: string }> {
  const goodUntil = policy && (await tools.shares.renew(policy, id));
  const outlook = await outlookNow(tools, id, claim);
  if (outlook.obstacles.length > 0) return { answer: "forbidden", reason: saying(outlook.obstacles) };
  if (!outlook.externalIds.includes(externalId)) return { answer: "accepted" };
  const now = tools.engine.clock.now();
  const hasShare = policy === outlook.policy && goodUntil !== undefined && now <= goodUntil;
  if (outlook.because === "policy" && !hasShare) {
    return { answer: "forbidden", reason: "It has no share of the budget by now." };
  }
  // Nobody waits for the answer any more once the signal has aborted.
  if (signal.aborted || until - now < LEAST_MS) return { answer: "late", reason: "there was no time left" };
  const freed = await asking.provider.free(asking.target(externalId), signal);
  return meant<Freeing>(freed, "accepted", "denied", "later");
}
