import { isRefusal } from "../../domain/command.ts";
import { lapseSession } from "../../domain/commands/lapse-session.ts";
import { after } from "../../domain/defaults.ts";
import type { Session } from "../../domain/record.ts";
import { present } from "../../domain/registration.ts";
import type { Store } from "../../ports/store.ts";
import type { Committer } from "../committer.ts";
import { ACTOR, PAGE } from "../looking.ts";
import { type Enrolment, loadSessions } from "./enrolment.ts";
import type { Exchange } from "./exchange.ts";
import type { Clocks, Entry, Roll } from "./roll.ts";
import { Together, type TogetherOptions } from "./together.ts";

export interface LapsingOptions extends Clocks {
  readonly store: Store;
  readonly committer: Committer;
  readonly together: TogetherOptions;
}

/** Lapses those that were silent for too long, unless somebody has heard them in the meantime. */
export class Lapsing {
  readonly #options: LapsingOptions;
  readonly #roll: Roll;
  readonly #enrolment: Enrolment;
  readonly #exchange: Exchange;
  readonly #together: Together;

  constructor(options: LapsingOptions, roll: Roll, enrolment: Enrolment, exchange: Exchange) {
    this.#options = options;
    this.#roll = roll;
    this.#enrolment = enrolment;
    this.#exchange = exchange;
    this.#together = new Together(options.together);
  }

  /** A page of them; the next turn goes on, and heartbeats and intents are answered in between. Returns how many. */
  async lapseSilent(): Promise<number> {
    const now = this.#options.monotonic();
    const known = await this.#readSilent();
    const all = this.#roll.silent();
    const page = all.filter(({ id }) => known.has(id));
    if (page.length === 0) return 0;
    const longest = all.reduce((most, { ttl }) => Math.max(most, ttl), 0);
    const together = this.#together.judge(this.#roll.missingBeats(longest), now);
    const done = await Promise.all(
      page.map((entry) => this.#lapse(entry, known.get(entry.id) as Session, together)),
    );
    const count = done.filter((isDone) => isDone).length;
    this.#together.lapsed(count, now, longest);
    return count;
  }

  /** The records first, then what others have heard: whoever was heard in between shows in one of the two. */
  async #readSilent(): Promise<ReadonlyMap<string, Session>> {
    const silent = this.#roll.silent().slice(0, PAGE);
    if (silent.length === 0) return new Map();
    const sessions = await loadSessions(
      this.#options.store,
      silent.map(({ id }) => id),
    );
    await this.#exchange.exchange();
    return new Map(sessions.map((session) => [session.id, session]));
  }

  async #lapse(
    { id, wall }: Entry,
    { facts }: Session,
    together: ReturnType<Together["judge"]>,
  ): Promise<boolean> {
    const { committer, clock } = this.#options;
    const until = together && after(clock.now(), this.#options.together.freezeSeconds);
    const said = present({ id, heard: wall, together, until, facts: facts.length });
    if (isRefusal(await committer.submit(lapseSession, said, ACTOR))) return false;
    this.#exchange.drop(id);
    // It may have been heard in the meantime.
    this.#enrolment.mayBeOpen(id);
    return true;
  }
}
