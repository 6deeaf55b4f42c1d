import type { Ms } from "../../domain/fact.ts";
import { Beats, type BeatsOptions } from "./beats.ts";
import { Enrolment } from "./enrolment.ts";
import { Exchange, type ExchangeOptions } from "./exchange.ts";
import { Lapsing, type LapsingOptions } from "./lapsing.ts";
import { FLUSH } from "./pace.ts";
import { Roll } from "./roll.ts";

export type WatchOptions = BeatsOptions & ExchangeOptions & LapsingOptions;

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

/** Hears the sessions, tells the other servers of it, and finds those that nobody hears any more. */
export class SessionWatch {
  readonly roll: Roll;
  readonly enrolment: Enrolment;
  readonly exchange: Exchange;
  readonly beats: Beats;
  readonly #lapsing: Lapsing;
  readonly #options: WatchOptions;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.roll = new Roll(options);
    this.enrolment = new Enrolment(options, this.roll);
    this.exchange = new Exchange(options, this.roll, this.enrolment);
    this.#lapsing = new Lapsing(options, this.roll, this.enrolment, this.exchange);
    this.beats = new Beats(options, this.roll, this.enrolment, this.exchange);
  }

  /** One turn: writes what was heard, reads what others heard, and lapses who was silent for too long. */
  async listen(): Promise<Listened> {
    await this.#orTell(this.#learn());
    const missing = this.exchange.missing();
    const hears = this.exchange.hears && missing.length === 0;
    this.roll.advance(hears);
    const lapsed = (hears ? await this.#orTell(this.#lapsing.lapseSilent()) : 0) ?? 0;
    const pauseMs = lapsed > 0 ? 0 : Math.min(SECOND, this.exchange.part(FLUSH));
    const open = this.roll.size;
    return { pauseMs, open, lapsed, hears: this.exchange.hears || open === 0, missing };
  }

  /** Takes leave of the other servers, so that they do not wait for this one. */
  async close(): Promise<void> {
    await this.exchange.leave();
  }

  async #learn(): Promise<void> {
    await this.enrolment.enterWhereDue();
    await this.exchange.exchangeWhereDue();
  }

  async #orTell<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.#options.onError(error, "listen");
      return undefined;
    }
  }
}
