import type { Ms } from "../../domain/fact.ts";
import type { Store } from "../../ports/store.ts";
import type { Enrolment } from "./enrolment.ts";
import { HearingPages } from "./hearing-pages.ts";
import { OtherServers } from "./other-servers.ts";
import { CUT_OFF, DEAF, FLUSH } from "./pace.ts";
import type { Clocks, Reply, Roll } from "./roll.ts";

export interface ExchangeOptions extends Clocks {
  readonly store: Store;
  /** By which its restarts are known to the other servers. */
  readonly name?: string | undefined;
}

/** Without a session there is nothing to be heard, and nothing to be written. */
const NO_TTL = 60_000;

/** Tells the other servers what this one hears, and learns what they hear. What nobody could read of is not heard. */
export class Exchange {
  readonly #clocks: Clocks;
  readonly #roll: Roll;
  readonly #enrolment: Enrolment;
  readonly #pages: HearingPages;
  readonly #others: OtherServers;
  /** By the monotonic clock: when the last flush that got through began, and when others were read. */
  #written = Number.NEGATIVE_INFINITY;
  #read = Number.NEGATIVE_INFINITY;
  #underWay: Promise<void> | undefined;

  constructor({ store, name, ...clocks }: ExchangeOptions, roll: Roll, enrolment: Enrolment) {
    this.#clocks = clocks;
    this.#roll = roll;
    this.#enrolment = enrolment;
    this.#pages = new HearingPages(store, name);
    this.#others = new OtherServers(store);
  }

  /** Of the shortest TTL. */
  part(part: number): Ms {
    return part * (this.#roll.shortestTtl ?? NO_TTL);
  }

  /** Whether it has written lately enough to be believed by the others. */
  get hears(): boolean {
    return this.#clocks.monotonic() - this.#written <= this.part(DEAF);
  }

  /** Whether the others may not know yet that here is a server that hears. */
  get isFirst(): boolean {
    return this.#written === Number.NEGATIVE_INFINITY || this.#roll.size === 0;
  }

  /** Whether there are other servers, as far as was read. */
  get hasOthers(): boolean {
    return this.#others.some;
  }

  /** Those of them that do not write. */
  missing(): readonly string[] {
    return this.#others.missing(this.#clocks.monotonic() - this.part(CUT_OFF));
  }

  /** It was heard here. */
  hear(id: string): void {
    const wall = this.#clocks.clock.now();
    this.#roll.hear(id, wall);
    this.#pages.note(id, wall, this.#roll.lostBy(id) ?? 0);
  }

  /** The same, and this is what its record says. */
  hearOnRecord(reply: Reply): void {
    this.#roll.renew(reply);
    this.hear(reply.id);
  }

  /** Nobody is to hear of it any more. */
  drop(id: string): void {
    this.#roll.delete(id);
    this.#pages.remove(id);
  }

  async exchangeWhereDue(): Promise<void> {
    if (this.#clocks.monotonic() - this.#read < this.part(FLUSH)) return;
    // Without a session there is nothing to write, but others may have some.
    await (this.#roll.size === 0 ? this.#readOthers() : this.exchange());
  }

  /** One at a time; whoever comes meanwhile waits for the one under way. */
  exchange(): Promise<void> {
    this.#underWay ??= this.#writeAndRead().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** One that begins now: the one under way may have begun before what it is to tell. */
  async exchangeAnew(): Promise<void> {
    await this.#underWay?.catch(() => {});
    await this.exchange();
  }

  /** Takes leave of the other servers, so that they do not wait for this one. */
  async leave(): Promise<void> {
    await this.#underWay?.catch(() => {});
    await this.#pages.leave();
  }

  async #writeAndRead(): Promise<void> {
    const began = this.#clocks.monotonic();
    await this.#pages.flush(this.#clocks.clock.now());
    await this.#readOthers();
    this.#written = began;
  }

  async #readOthers(): Promise<void> {
    const now = this.#clocks.monotonic();
    const news = await this.#others.read(this.#pages.name, now);
    const unknown = news.filter(({ session, lost }) => (this.#roll.lostBy(session) ?? -1) < lost);
    await this.#enrolment.enter(unknown.map(({ session }) => session));
    for (const { session, wall } of news) this.#roll.hear(session, wall);
    this.#read = now;
  }
}
