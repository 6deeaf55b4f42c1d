import { isRefusal } from "../../domain/command.ts";
import { claim as claimCommand } from "../../domain/commands/claim.ts";
import { settle } from "../../domain/commands/settle.ts";
import { policyFor } from "../../domain/policy.ts";
import { freezing } from "../../domain/reclaim/freeze.ts";
import { type Outlook, outlookOf } from "../../domain/reclaim/outlook.ts";
import { goneLooks, isProvenGone } from "../../domain/reclaim/proof.ts";
import { SETTLE_SECONDS } from "../../domain/reclaim/reclaim-defaults.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { isOfBudget, lookUp, openFreezes } from "../../reads/surroundings.ts";
import { ACTOR } from "../looking.ts";
import { Asking } from "./looking.ts";
import type { Serving } from "./serving.ts";
import { saying, type Tools } from "./tools.ts";

interface Ending {
  readonly outcome: "gone" | "failed" | "denied" | "withdrawn";
  readonly reason?: string;
  readonly until?: number;
}

/** Nothing where it ended without anybody being able to say how: the claim runs out by itself. */
type Ended = Ending | undefined;

/** Too little time to delete, and to see what comes of it. */
const LEAST_MS = 2_000;
const FIRST_PAUSE_MS = 250;

/**
 * One attempt to free a resource: a claim, a last look, the deletion, and looks until it is gone, twice. Nothing else in
 * drett deletes anything.
 */
export async function attempt(
  tools: Tools,
  servings: readonly Serving[],
  resource: Resource,
  stopping: AbortSignal,
): Promise<void> {
  const { engine, onEvent } = tools;
  const { id } = resource;
  const { session } = describe(resource);
  const named = session === undefined ? { id } : { id, session };
  const obstacles = await obstaclesTo(tools, id);
  if (obstacles.length > 0) return onEvent({ kind: "not-claimed", id, reason: saying(obstacles) });
  const claimed = await engine.submit(claimCommand, { ...named, attempt: freshAttempt() }, ACTOR);
  if (isRefusal(claimed)) return onEvent({ kind: "not-claimed", id, reason: claimed.detail });
  const { claim, until, obstacles: inTheWay } = claimed.reply;
  if (claim === undefined || until === undefined) {
    return onEvent({ kind: "not-claimed", id, reason: saying(inTheWay) });
  }
  const limit = until - engine.clock.now();
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(Math.max(1, limit))]);
  const work = new Attempt(tools, servings, { id, claim, until, signal });
  const ending = await work.run();
  if (!ending || (stopping.aborted && ending.outcome === "failed")) {
    return onEvent({ kind: "cut-short", id, claim });
  }
  const settled = await engine.submit(settle, { id, claim, ...ending }, ACTOR);
  const isSettled = !isRefusal(settled) && settled.reply.settled;
  const kind = !isSettled ? "cut-short" : ending.outcome === "gone" ? "freed" : ending.outcome;
  onEvent({ kind, id, claim, ...(ending.reason !== undefined && { reason: ending.reason }) });
}

/** An id is of at most 63 characters, and begins with a letter. */
const freshAttempt = () => `a${crypto.randomUUID()}`;

async function obstaclesTo({ engine }: Tools, id: string, claim?: number): Promise<Outlook["obstacles"]> {
  const now = engine.clock.now();
  const { defaults, started } = engine;
  const moment = { now, defaults, started, ...(claim !== undefined && { claim }) };
  const found = await lookUp(engine.store, id, moment);
  if (!found) return [{ code: "nothing-to-free", says: "There is no such resource any more." }];
  const freezes = (await openFreezes(engine.store, now))
    .filter((freeze) => !isOfBudget(freeze))
    .map(freezing);
  return outlookOf(found.resource, { ...found.surroundings, freezes }).obstacles;
}

interface Held {
  readonly id: string;
  readonly claim: number;
  readonly until: number;
  readonly signal: AbortSignal;
}

class Attempt {
  readonly #tools: Tools;
  readonly #servings: readonly Serving[];
  readonly #held: Held;

  constructor(tools: Tools, servings: readonly Serving[], held: Held) {
    this.#tools = tools;
    this.#servings = servings;
    this.#held = held;
  }

  async run(): Promise<Ended> {
    const { engine } = this.#tools;
    const found = await this.#lookUp();
    if (!found) return undefined;
    const { provider, externalIds } = outlookOf(found.resource, found.surroundings);
    const serving = this.#servings.find(({ name }) => name === provider?.name);
    if (!serving) return { outcome: "withdrawn", reason: "No provider is configured for it." };
    const asking = new Asking(this.#tools, serving, found.resource, this.#held.signal);
    const present: string[] = [];
    for (const externalId of externalIds) {
      const looked = await asking.look(externalId);
      if (looked.answer === "cannot-tell") return failed(looked.reason);
      if (looked.answer === "present") present.push(externalId);
      else await noteGone(asking, found.resource, externalId, engine);
    }
    const freed = await this.#free(asking, present);
    return "outcome" in freed ? freed : this.#watch(asking, externalIds, freed.trouble);
  }

  #lookUp() {
    const { engine } = this.#tools;
    const { id, claim } = this.#held;
    const { defaults, clock, started } = engine;
    return lookUp(engine.store, id, { now: clock.now(), defaults, started, claim });
  }

  /** Right before each deletion, everything is asked once more. */
  async #free(
    asking: Asking,
    externalIds: readonly string[],
  ): Promise<Ending | { readonly trouble?: string }> {
    const { claim, until, id } = this.#held;
    let trouble: string | undefined;
    for (const [place, externalId] of externalIds.entries()) {
      const obstacles = await obstaclesTo(this.#tools, id, claim);
      if (obstacles.length > 0) {
        const outcome = place === 0 ? "withdrawn" : "failed";
        return { outcome, reason: saying(obstacles) };
      }
      if (until - this.#tools.engine.clock.now() < LEAST_MS)
        return failed(trouble ?? "there was no time left");
      const freed = await asking.ask(() => asking.provider.free(asking.target(externalId), asking.signal));
      if (freed.answer === "denied") return { outcome: "denied", reason: freed.reason };
      if (freed.answer === "later") return this.#later(freed);
      if (freed.answer === "cannot-tell") trouble = freed.reason;
    }
    return trouble === undefined ? {} : { trouble };
  }

  #later({ reason, afterSeconds }: { reason: string; afterSeconds?: number }): Ending {
    if (afterSeconds === undefined) return failed(reason);
    return { ...failed(reason), until: this.#tools.engine.clock.now() + 1_000 * afterSeconds };
  }

  /** Until everything was found gone twice, far enough apart, or the time is over. */
  async #watch(asking: Asking, externalIds: readonly string[], trouble?: string): Promise<Ended> {
    const { engine, sleep } = this.#tools;
    const { signal, until } = this.#held;
    let last = trouble ?? "it was still there when the time was over";
    for (let round = 0; !signal.aborted && engine.clock.now() < until; round += 1) {
      const found = await this.#lookUp();
      if (!found) return undefined;
      const settleSeconds = settleSecondsOf(found.resource, engine);
      if (isProvenGone(found.resource, settleSeconds)) return { outcome: "gone" };
      for (const externalId of externalIds) {
        const looked = await asking.look(externalId);
        if (looked.answer === "gone") await noteGone(asking, found.resource, externalId, engine);
        if (looked.answer === "cannot-tell" && !signal.aborted) last = looked.reason;
      }
      await sleep(Math.min(FIRST_PAUSE_MS * 2 ** round, 1_000 * settleSeconds), signal);
    }
    return failed(last);
  }
}

/** The first time, and once it is long enough after that: those in between prove nothing. */
async function noteGone(
  asking: Asking,
  resource: Resource,
  externalId: string,
  engine: Tools["engine"],
): Promise<void> {
  const [first] = goneLooks(resource, externalId);
  const isFar =
    first === undefined || engine.clock.now() - first >= 1_000 * settleSecondsOf(resource, engine);
  if (isFar) await asking.note({ kind: "seen-gone", externalId });
}

const failed = (reason: string): Ending => ({ outcome: "failed", reason });

const settleSecondsOf = (resource: Resource, { defaults }: Tools["engine"]) =>
  policyFor(defaults.reclaim.policies, describe(resource))?.settleSeconds ?? SETTLE_SECONDS;
