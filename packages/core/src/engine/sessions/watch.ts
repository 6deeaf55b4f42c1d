import { applicationsOf, type Caller } from "../../domain/caller.ts";
import { isRefusal } from "../../domain/command.ts";
import { heartbeat, replyOf } from "../../domain/commands/heartbeat.ts";
import { lapseSession } from "../../domain/commands/lapse-session.ts";
import { recoverSession } from "../../domain/commands/recover-session.ts";
import { after } from "../../domain/defaults.ts";
import { opened, stateOfSession } from "../../domain/derive-session.ts";
import type { Ms } from "../../domain/fact.ts";
import { OPEN_SESSION } from "../../domain/indexed.ts";
import type { Session } from "../../domain/record.ts";
import { refuse } from "../../domain/refusal.ts";
import { present } from "../../domain/registration.ts";
import { sessionKey } from "../../domain/view.ts";
import type { Clock } from "../../ports/clock.ts";
import { pagesOf } from "../../ports/pages.ts";
import type { Store } from "../../ports/store.ts";
import { readPage } from "../../ports/stored-record.ts";
import type { Committer, Outcome } from "../committer.ts";
import { ACTOR, PAGE } from "../looking.ts";
import { type Audible, listen, NOTHING_HEARD, timeAt } from "./audible.ts";
import { HearingPages } from "./hearing-pages.ts";
import { OtherServers } from "./other-servers.ts";
import { type Entry, Roll } from "./roll.ts";
import { Together } from "./together.ts";

export interface WatchOptions {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  /** Milliseconds that no setting of the clock moves. */
  readonly monotonic: () => Ms;
  /** By which its restarts are known to the other servers. */
  readonly name?: string | undefined;
  readonly together: TogetherOptions;
  onError(error: unknown, during: string): void;
}

/** When so many fall silent at once that the network is likelier than their death. */
export interface TogetherOptions {
  /** From this part of the open sessions on, 0 to 1, and never fewer than so many. */
  readonly share: number;
  readonly least: number;
  /** For how long nothing follows from it then. */
  readonly freezeSeconds: number;
}

export const TOGETHER: TogetherOptions = { share: 0.5, least: 5, freezeSeconds: 3_600 };

export interface Listened {
  /** How soon to listen again. */
  readonly pauseMs: Ms;
  readonly open: number;
  readonly lapsed: number;
  /** Whether heartbeats are accepted. */
  readonly hears: boolean;
  /** Other servers that do not write: until they do, or leave, or are given up, nobody lapses. */
  readonly missing: readonly string[];
}

const SECOND = 1_000;
/** At so many of a TTL what was heard is written; at so many, whoever could not write is deaf, or cut off. */
const [FLUSH, DEAF, CUT_OFF] = [1 / 8, 1 / 4, 1 / 2];
/** How often all sessions are read from the store: those of a server that died with them are known to nobody. */
const READ_ALL = 600_000;
export const DEAF_NOW = "What is heard cannot be written now.";
/** Without a session there is nothing to be heard, and nothing to be written. */
const NO_TTL = 60 * SECOND;

/** Hears the sessions, tells the other servers of it, and finds those that nobody hears any more. */
export class SessionWatch {
  readonly #options: WatchOptions;
  readonly #roll = new Roll();
  readonly #pages: HearingPages;
  readonly #others: OtherServers;
  readonly #together: Together;
  #audible: Audible = NOTHING_HEARD;
  /** By the monotonic clock: when the last flush that got through began, when others and when all sessions were read. */
  #written = Number.NEGATIVE_INFINITY;
  #read = Number.NEGATIVE_INFINITY;
  #readAll = Number.NEGATIVE_INFINITY;
  #exchanging: Promise<void> | undefined;
  readonly #unsure = new Set<string>();

  constructor(options: WatchOptions) {
    this.#options = options;
    const { store, name } = options;
    this.#pages = new HearingPages(store, name);
    this.#others = new OtherServers(store);
    this.#together = new Together(options.together);
  }

  /** When it was heard last, for people. */
  heard(id: string): Ms | undefined {
    return this.#roll.get(id)?.wall;
  }

  /** Before a session is opened: a turn that comes late must turn nobody away. */
  async isReady(): Promise<boolean> {
    if (!this.#hears()) await this.#exchangeIfPossible();
    return this.#hears();
  }

  /** Before one is heard first: the others must know that there is a server that hears. */
  async #isReadyForFirst(): Promise<boolean> {
    const isFirst = this.#written === Number.NEGATIVE_INFINITY || this.#roll.size === 0;
    return isFirst ? this.isReady() : this.#hears();
  }

  async opened(id: string): Promise<void> {
    if (isRefusal(await this.#beatOnRecord(id, ACTOR))) this.mayBeOpen(id);
    // It may beat faster than all others so far.
    await this.isReady();
  }

  /** Its record may say that it is open, and nobody hears it yet: the next turn asks. */
  mayBeOpen(id: string): void {
    this.#unsure.add(id);
  }

  closed(id: string): void {
    this.#roll.delete(id);
    this.#pages.remove(id);
  }

  /** Resolves without a write where memory knows enough. Never rejects. */
  async beat(id: string, caller: Caller): Promise<Outcome> {
    const entry = this.#roll.get(id);
    if (!entry || !this.#isFresh(entry) || !isSeenBy(caller, entry)) return this.#beatAndTell(id, caller);
    if (!this.#hears()) return refuse("store-unavailable", DEAF_NOW);
    this.#hear(entry);
    return { reply: entry.reply, created: false };
  }

  /** One turn: writes what was heard, reads what others heard, and lapses who was silent for too long. */
  async listen(): Promise<Listened> {
    const { monotonic, clock } = this.#options;
    await this.#orTell(this.#exchangeWhereDue());
    const now = monotonic();
    const missing = this.#others.missing(now - CUT_OFF * this.#ttl());
    const hears = this.#hears() && missing.length === 0;
    const before = this.#audible;
    this.#audible = listen(before, { monotonic: now, wall: clock.now() }, hears);
    // After a gap others may have lapsed whom this server still takes for open.
    if (this.#audible.time === this.#audible.granted) this.#roll.forgetKnown();
    const lapsed = hears ? await this.#lapse(now) : 0;
    const pauseMs = lapsed > 0 ? 0 : Math.min(SECOND, FLUSH * this.#ttl());
    const open = this.#roll.size;
    return { pauseMs, open, lapsed, hears: this.#hears() || open === 0, missing };
  }

  /** Takes leave of the other servers, so that they do not wait for this one. */
  async close(): Promise<void> {
    await this.#exchanging?.catch(() => {});
    await this.#pages.leave();
  }

  #ttl(): Ms {
    return this.#roll.shortestTtl ?? NO_TTL;
  }

  #hears(): boolean {
    return this.#options.monotonic() - this.#written <= DEAF * this.#ttl();
  }

  /** Heard so lately that no server can have lapsed it since. */
  #isFresh(entry: Entry): boolean {
    return this.#wasHeardLately(entry) && this.#options.monotonic() >= entry.doubtful;
  }

  #hear(entry: Entry): void {
    const wall = this.#options.clock.now();
    this.#note(entry, wall);
    this.#pages.note(entry.id, wall);
  }

  #note(entry: Entry, wall: Ms): void {
    const now = this.#options.monotonic();
    // Before they have read of it, others may still lapse it.
    if (!this.#wasHeardLately(entry)) entry.doubtful = now + CUT_OFF * entry.ttl;
    entry.heard = timeAt(this.#audible, now);
    entry.known = now;
    entry.wall = wall;
  }

  #wasHeardLately({ known, ttl }: Pick<Entry, "known" | "ttl">): boolean {
    return known !== undefined && this.#options.monotonic() - known <= ttl / 2;
  }

  async #beatOnRecord(id: string, caller: Caller): Promise<Outcome> {
    const { committer } = this.#options;
    const outcome = await committer.submit(heartbeat, { id }, caller);
    if (isRefusal(outcome)) {
      if (outcome.refused === "session-closed") this.closed(id);
      return outcome;
    }
    if (!(await this.#isReadyForFirst())) return refuse("store-unavailable", DEAF_NOW);
    if (outcome.reply.state !== "lapsed") return this.#enterAndHear(outcome.reply);
    const recovered = await committer.submit(recoverSession, { id }, ACTOR);
    return isRefusal(recovered) ? recovered : this.#enterAndHear(recovered.reply);
  }

  #enterAndHear(reply: ReturnType<typeof replyOf>): Outcome {
    const { id } = reply;
    const { known, doubtful } = this.#roll.get(id) ?? {};
    this.#roll.delete(id);
    const entry = this.#roll.add(id, after(0, reply.ttlSeconds), reply, this.#audible.time);
    entry.known = known;
    entry.doubtful = doubtful ?? 0;
    this.#hear(entry);
    return { reply, created: false };
  }

  /**
   * Heard again after a silence in which others may be about to lapse it: they are told before its engine is, and then
   * the record is asked once more. Whoever reads of it later lapses nobody.
   */
  async #beatAndTell(id: string, caller: Caller): Promise<Outcome> {
    const before = this.#roll.get(id);
    const isTold = !this.#others.some || (before !== undefined && this.#wasHeardLately(before));
    const outcome = await this.#beatOnRecord(id, caller);
    if (isTold || isRefusal(outcome)) return outcome;
    try {
      // One that is under way may have begun before.
      await this.#exchanging?.catch(() => {});
      await this.#exchange();
    } catch (error) {
      this.#options.onError(error, "listen");
      return refuse("store-unavailable", DEAF_NOW);
    }
    return this.#beatOnRecord(id, caller);
  }

  async #exchangeWhereDue(): Promise<void> {
    const now = this.#options.monotonic();
    if (now - this.#readAll > READ_ALL) await this.#readSessions(now);
    if (this.#unsure.size > 0) await this.#readUnsure();
    if (now - this.#read < FLUSH * this.#ttl()) return;
    // Without a session there is nothing to write, but others may have some.
    await (this.#roll.size === 0 ? this.#readOthers() : this.#exchange());
  }

  #exchangeIfPossible(): Promise<void> {
    return this.#orTell(this.#exchange());
  }

  #orTell(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => this.#options.onError(error, "listen"));
  }

  /** One at a time; whoever comes meanwhile waits for the one under way. */
  #exchange(): Promise<void> {
    this.#exchanging ??= this.#exchangeNow().finally(() => {
      this.#exchanging = undefined;
    });
    return this.#exchanging;
  }

  async #exchangeNow(): Promise<void> {
    const began = this.#options.monotonic();
    await this.#pages.flush(this.#options.clock.now());
    await this.#readOthers();
    this.#written = began;
  }

  async #readOthers(): Promise<void> {
    const now = this.#options.monotonic();
    const news = await this.#others.read(this.#pages.name, now);
    const unknown = news.filter(({ session }) => !this.#roll.get(session));
    for (const session of await this.#load(unknown.map(({ session }) => session))) this.#enter(session);
    for (const { session, wall } of news) {
      const entry = this.#roll.get(session);
      if (entry) this.#note(entry, wall);
    }
    this.#read = now;
  }

  async #load(ids: readonly string[]): Promise<readonly Session[]> {
    if (ids.length === 0) return [];
    return readPage(await this.#options.store.load(ids.map((id) => sessionKey(id)))) as readonly Session[];
  }

  #enter(session: Session): void {
    if (stateOfSession(session) !== "open") return;
    const ttl = after(0, opened(session).ttlSeconds);
    this.#roll.add(session.id, ttl, replyOf(session), this.#audible.time);
  }

  async #readSessions(now: Ms): Promise<void> {
    const open = { kind: "session", tags: [OPEN_SESSION], order: "newest", limit: PAGE } as const;
    for await (const page of pagesOf(this.#options.store, open)) {
      for (const session of readPage(page.records) as readonly Session[]) this.#enter(session);
    }
    this.#readAll = now;
  }

  async #readUnsure(): Promise<void> {
    const ids = [...this.#unsure];
    for (const session of await this.#load(ids)) this.#enter(session);
    for (const id of ids) this.#unsure.delete(id);
  }

  /** A page of them; the next turn goes on, and heartbeats and intents are answered in between. */
  async #lapse(now: Ms): Promise<number> {
    const known = new Map<string, Session>();
    await this.#orTell(this.#readSilent(known));
    const all = this.#roll.lapsed(this.#audible);
    const page = all.filter(({ id }) => known.has(id));
    if (page.length === 0) return 0;
    const longest = all.reduce((most, { ttl }) => Math.max(most, ttl), 0);
    const together = this.#together.judge(this.#roll.silent(this.#audible, longest), now);
    const done = await Promise.all(
      page.map((entry) => this.#lapseOne(entry, known.get(entry.id) as Session, together)),
    );
    const count = done.filter((isDone) => isDone).length;
    this.#together.lapsed(count, now, longest);
    return count;
  }

  /** The records first, then what others have heard: whoever was heard in between shows in one of the two. */
  async #readSilent(known: Map<string, Session>): Promise<void> {
    const silent = this.#roll.lapsed(this.#audible).slice(0, PAGE);
    if (silent.length === 0) return;
    const sessions = await this.#load(silent.map(({ id }) => id));
    await this.#exchange();
    for (const session of sessions) known.set(session.id, session);
  }

  async #lapseOne(
    { id, wall }: Entry,
    { facts }: Session,
    together: ReturnType<Together["judge"]>,
  ): Promise<boolean> {
    const { committer, clock } = this.#options;
    const { freezeSeconds } = this.#options.together;
    const until = together && after(clock.now(), freezeSeconds);
    const outcome = await committer.submit(
      lapseSession,
      present({ id, heard: wall, together, until, facts: facts.length }),
      ACTOR,
    );
    if (isRefusal(outcome)) return false;
    this.closed(id);
    // It may have been heard in the meantime.
    this.mayBeOpen(id);
    return true;
  }
}

const isSeenBy = (caller: Caller, { reply }: Entry): boolean =>
  applicationsOf(caller)?.includes(reply.application) ?? true;
