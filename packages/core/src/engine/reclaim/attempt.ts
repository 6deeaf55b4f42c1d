import { isRefusal } from "../../domain/command.ts";
import { claim as claimCommand } from "../../domain/commands/claim.ts";
import { settle } from "../../domain/commands/settle.ts";
import { liveExternalIds } from "../../domain/existence.ts";
import { type Policy, policyFor } from "../../domain/policy.ts";
import { lastClaim } from "../../domain/reclaim/claims.ts";
import { goneLooks, isProvenGone } from "../../domain/reclaim/proof.ts";
import { servedBy } from "../../domain/reclaim/served.ts";
import { settleSecondsFor } from "../../domain/reclaim/terms.ts";
import { describe, type Resource } from "../../domain/record.ts";
import { findResource } from "../../reads/surroundings.ts";
import { ACTOR } from "../looking.ts";
import { freeInTurn, outlookNow } from "./in-turn.ts";
import { Asking } from "./looking.ts";
import { searchForMore } from "./search.ts";
import type { Serving } from "./serving.ts";
import { saying, type Tools } from "./tools.ts";

interface Ending {
  readonly outcome: "gone" | "failed" | "denied" | "withdrawn";
  readonly reason?: string;
  readonly until?: number;
}

/** Nothing where it ended without anybody being able to say how: the claim runs out by itself. */
type Ended = Ending | undefined;

const FIRST_PAUSE_MS = 250;
/** Nobody is kept waiting for longer than what is stuck. */
const LONGEST_SECONDS = 86_400;

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
  const { obstacles, ancestors = [] } = await outlookNow(tools, id);
  if (obstacles.length > 0) return onEvent({ kind: "not-claimed", id, reason: saying(obstacles) });
  const asked = { ...named, ancestors: [...ancestors], attempt: freshAttempt() };
  const claimed = await engine.submit(claimCommand, asked, ACTOR);
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
    const resource = await this.#resource();
    if (!resource) return undefined;
    const externalIds = liveExternalIds(resource);
    const serving = servedBy(this.#servings, describe(resource));
    if (!serving) return { outcome: "withdrawn", reason: "No provider is configured for it." };
    const asking = new Asking(this.#tools, serving, resource, this.#held.signal);
    const present: string[] = [];
    for (const externalId of externalIds) {
      const looked = await asking.look(externalId);
      if (looked.answer === "cannot-tell") return failed(looked.reason);
      if (looked.answer === "gone") await noteGone(asking, resource, externalId, engine);
      else {
        await notePresent(asking, resource, externalId);
        present.push(externalId);
      }
    }
    const freed = await this.#free(asking, present, this.#policyOf(resource));
    return "outcome" in freed ? freed : this.#watch(asking, serving, externalIds, freed.trouble);
  }

  #resource(): Promise<Resource | undefined> {
    return findResource(this.#tools.engine.store, this.#held.id);
  }

  /** The one by which it was claimed; nothing where it was ordered. */
  #policyOf(resource: Resource): Policy | undefined {
    const { policies } = this.#tools.engine.defaults.reclaim;
    const isByPolicy = lastClaim(resource)?.because === "policy";
    return isByPolicy ? policyFor(policies, describe(resource)) : undefined;
  }

  async #free(
    asking: Asking,
    externalIds: readonly string[],
    policy: Policy | undefined,
  ): Promise<Ending | { readonly trouble?: string }> {
    let trouble: string | undefined;
    for (const [place, externalId] of externalIds.entries()) {
      const freed = await asking.ask((signal) =>
        freeInTurn(this.#tools, { ...this.#held, policy }, { asking, externalId, signal }),
      );
      if (freed.answer === "forbidden") {
        return { outcome: place === 0 ? "withdrawn" : "failed", reason: freed.reason };
      }
      if (freed.answer === "late") return failed(trouble ?? "there was no time left");
      if (freed.answer === "denied") return { outcome: "denied", reason: freed.reason };
      if (freed.answer === "later") return this.#later(freed);
      if (freed.answer === "cannot-tell") trouble = freed.reason;
    }
    return trouble === undefined ? {} : { trouble };
  }

  #later({ reason, afterSeconds }: { reason: string; afterSeconds?: number }): Ending {
    if (!Number.isFinite(afterSeconds)) return failed(reason);
    const pause = Math.round(1_000 * Math.min(Math.max(0, afterSeconds as number), LONGEST_SECONDS));
    return { ...failed(reason), until: this.#tools.engine.clock.now() + pause };
  }

  /** Until everything was found gone twice, far enough apart, or the time is over. */
  async #watch(
    asking: Asking,
    serving: Serving,
    externalIds: readonly string[],
    trouble?: string,
  ): Promise<Ended> {
    const { engine, sleep } = this.#tools;
    const { signal, until } = this.#held;
    let last = trouble ?? "it was still there when the time was over";
    for (let round = 0; !signal.aborted && engine.clock.now() < until; round += 1) {
      const resource = await this.#resource();
      if (!resource) return undefined;
      const settleSeconds = settleSecondsFor(resource, engine.defaults);
      if (isProvenGone(resource, settleSeconds, serving)) return { outcome: "gone" };
      const live = liveExternalIds(resource);
      if (live.length === 0) return failed("it was said to be gone meanwhile");
      const others = live.filter((it) => !externalIds.includes(it));
      if (others.length > 0) return failed(`${others.join(", ")} came to light meanwhile`);
      for (const externalId of externalIds) {
        const looked = await asking.look(externalId);
        if (looked.answer === "gone") await noteGone(asking, resource, externalId, engine);
        if (looked.answer === "present") await notePresent(asking, resource, externalId);
        if (looked.answer === "cannot-tell" && !signal.aborted) last = looked.reason;
      }
      const doubt = await searchForMore(this.#tools, serving, asking, resource);
      if (doubt !== undefined && !signal.aborted) last = doubt;
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
    first === undefined || asking.asked - first >= 1_000 * settleSecondsFor(resource, engine.defaults);
  if (isFar) await asking.note({ kind: "seen-gone", externalId });
}

/** What an earlier look said proves nothing any more: it is worth a fact only where there was one. */
async function notePresent(asking: Asking, resource: Resource, externalId: string): Promise<void> {
  if (goneLooks(resource, externalId).length === 0) return;
  await asking.note({ kind: "seen", externalIds: [externalId] });
}

const failed = (reason: string): Ending => ({ outcome: "failed", reason });
