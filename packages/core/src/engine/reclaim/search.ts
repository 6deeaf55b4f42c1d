import { isRefusal } from "../../domain/command.ts";
import { settleNeverCreated } from "../../domain/commands/settle-never-created.ts";
import { externalIds, liveExternalIds } from "../../domain/existence.ts";
import {
  goneLooks,
  isProvenNeverCreated,
  isToBeSearched,
  searchableFrom,
  vainSearches,
} from "../../domain/reclaim/proof.ts";
import { settleSecondsFor } from "../../domain/reclaim/terms.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { findResource } from "../../reads/surroundings.ts";
import { ACTOR } from "../looking.ts";
import { Asking } from "./looking.ts";
import type { Serving } from "./serving.ts";
import type { Tools } from "./tools.ts";

const LIMIT_MS = 60_000;
const HOUR = 3_600_000;

/**
 * Asks the provider what came of an intent: what it finds exists from then on; that it finds nothing is noted, until
 * it is proven. Returns after how many milliseconds it is worth another search; nothing where it is not.
 */
export async function search(
  tools: Tools,
  serving: Serving,
  resource: Resource,
  stopping: AbortSignal,
): Promise<number | undefined> {
  const { onEvent } = tools;
  const { id } = resource;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(LIMIT_MS)]);
  const asking = new Asking(tools, serving, resource, signal);
  const found = await asking.find();
  if (found.answer === "cannot-tell") {
    onEvent({ kind: "cannot-tell", id, reason: found.reason });
    return settleMs(tools, resource);
  }
  if (found.externalIds.length === 0) return searchedInVain(tools, asking, id);
  const known = externalIds(resource);
  const unknown = found.externalIds.filter((it) => !known.includes(it));
  const isNoted = unknown.length === 0 || (await asking.note({ kind: "seen", externalIds: unknown }));
  if (!isNoted) return settleMs(tools, resource);
  onEvent({ kind: "found", id, reason: found.externalIds.join(", ") });
  return undefined;
}

/** It is noted only where it counts, and no oftener than it takes. */
async function searchedInVain(tools: Tools, asking: Asking, id: string): Promise<number | undefined> {
  const { engine, onEvent } = tools;
  const look = () => findResource(engine.store, id);
  const before = await look();
  if (!before) return undefined;
  const pause = settleMs(tools, before);
  if (!isProvenNeverCreated(before, pause / 1_000)) {
    const vain = vainSearches(before, pause / 1_000);
    const isFar = asking.asked - Math.max(...vain, Number.NEGATIVE_INFINITY) >= pause;
    if (isFar) await asking.note({ kind: "not-found" });
    onEvent({ kind: "not-found", id });
  }
  const after = await look();
  if (!after) return undefined;
  if (!isProvenNeverCreated(after, pause / 1_000)) return pause;
  const { session } = describe(after);
  const settled = await engine.submit(settleNeverCreated, { id, ...(session && { session }) }, ACTOR);
  if (isRefusal(settled) || !settled.reply.settled) return HOUR;
  onEvent({ kind: "never-created", id });
  return undefined;
}

/**
 * Once all that is known of it is gone: what else came of it, where that is to be looked for. What it finds is live from
 * then on. Returns why nobody can tell.
 */
export async function searchForMore(
  { engine }: Tools,
  serving: Serving,
  asking: Asking,
  resource: Resource,
): Promise<string | undefined> {
  const settleSeconds = settleSecondsFor(resource, engine.defaults);
  const live = liveExternalIds(resource);
  const isGone = live.every((id) => goneLooks(resource, id).length > 0);
  const isTime = searchableFrom(resource, settleSeconds) <= engine.clock.now();
  if (!isGone || !isTime || !isToBeSearched(resource, settleSeconds, serving)) return undefined;
  const found = await asking.find();
  if (found.answer === "cannot-tell") return found.reason;
  const more = found.externalIds.filter((id) => !live.includes(id));
  if (found.externalIds.length === 0) await asking.note({ kind: "not-found" });
  else if (more.length > 0) await asking.note({ kind: "seen", externalIds: more });
  else return `${live.join(", ")} could still be found when the time was over`;
  return undefined;
}

const settleMs = ({ engine }: Tools, resource: Resource): number =>
  1_000 * settleSecondsFor(resource, engine.defaults);
