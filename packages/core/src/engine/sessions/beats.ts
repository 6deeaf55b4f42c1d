import { applicationsOf, type Caller } from "../../domain/caller.ts";
import { isRefusal } from "../../domain/command.ts";
import { heartbeat } from "../../domain/commands/heartbeat.ts";
import { recoverSession } from "../../domain/commands/recover-session.ts";
import { refuse } from "../../domain/refusal.ts";
import type { Committer, Outcome } from "../committer.ts";
import { ACTOR } from "../looking.ts";
import type { Enrolment } from "./enrolment.ts";
import type { Exchange } from "./exchange.ts";
import type { Entry, Reply, Roll } from "./roll.ts";

export interface BeatsOptions {
  readonly committer: Committer;
  onError(error: unknown, during: string): void;
}

/** Answers engines: a beat from memory where that knows enough, from the record where others may know better. */
export class Beats {
  readonly #options: BeatsOptions;
  readonly #roll: Roll;
  readonly #enrolment: Enrolment;
  readonly #exchange: Exchange;

  constructor(options: BeatsOptions, roll: Roll, enrolment: Enrolment, exchange: Exchange) {
    this.#options = options;
    this.#roll = roll;
    this.#enrolment = enrolment;
    this.#exchange = exchange;
  }

  /** Before a session is opened: a turn that comes late must turn nobody away. */
  async isReady(): Promise<boolean> {
    if (!this.#exchange.hears) await this.#isDone(this.#exchange.exchange());
    return this.#exchange.hears;
  }

  async opened(id: string): Promise<void> {
    if (isRefusal(await this.#beatOnRecord(id, ACTOR))) this.#enrolment.mayBeOpen(id);
  }

  /** Resolves without a write where memory knows enough. Never rejects. */
  async beat(id: string, caller: Caller): Promise<Outcome> {
    const entry = this.#roll.get(id);
    if (!entry || !this.#roll.isFresh(entry) || !isSeenBy(caller, entry))
      return this.#beatAndTell(id, caller);
    if (!this.#exchange.hears) return deaf();
    this.#exchange.hear(id);
    return { reply: entry.reply, created: false };
  }

  /**
   * Heard again after a silence in which others may be about to lapse it: they are told before its engine is, and then
   * the record is asked once more. Whoever reads of it later lapses nobody.
   */
  async #beatAndTell(id: string, caller: Caller): Promise<Outcome> {
    const isTold = !this.#exchange.hasOthers || this.#roll.wasHeardLately(id);
    const outcome = await this.#beatOnRecord(id, caller);
    if (isTold || isRefusal(outcome)) return outcome;
    const areTold = await this.#isDone(this.#exchange.exchangeAnew());
    return areTold ? this.#beatOnRecord(id, caller) : deaf();
  }

  async #beatOnRecord(id: string, caller: Caller): Promise<Outcome> {
    const { committer } = this.#options;
    const outcome = await committer.submit(heartbeat, { id }, caller);
    if (isRefusal(outcome)) {
      if (outcome.refused === "session-closed") this.#exchange.drop(id);
      return outcome;
    }
    // Before one is heard first, the others must know that there is a server that hears.
    const isReady = this.#exchange.isFirst ? await this.isReady() : this.#exchange.hears;
    if (!isReady) return deaf();
    if (outcome.reply.state !== "lapsed") return this.#hear(outcome.reply);
    const recovered = await committer.submit(recoverSession, { id }, ACTOR);
    return isRefusal(recovered) ? recovered : this.#hear(recovered.reply);
  }

  async #hear(reply: Reply): Promise<Outcome> {
    this.#exchange.hearOnRecord(reply);
    // It may beat faster than all others so far.
    await this.isReady();
    return { reply, created: false };
  }

  async #isDone(exchange: Promise<void>): Promise<boolean> {
    try {
      await exchange;
      return true;
    } catch (error) {
      this.#options.onError(error, "listen");
      return false;
    }
  }
}

export const deaf = () => refuse("store-unavailable", "What is heard cannot be written now.");

const isSeenBy = (caller: Caller, { reply }: Entry): boolean =>
  applicationsOf(caller)?.includes(reply.application) ?? true;
