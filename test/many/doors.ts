import { setTimeout as pause } from "node:timers/promises";
import { type Door, doorTo, type Request } from "../crash/client.ts";
import type { Answer } from "../crash/http.ts";
import type { Random } from "../crash/random.ts";
import type { Seat } from "./seat.ts";
import { NEVER_MS } from "./until.ts";

/** One time that a request was sent: to which server, when, and what came of it. */
export interface Try {
  readonly seat: number;
  readonly sent: number;
  readonly ended: number;
  /** The statuses of the answer, or why there is none. */
  readonly outcome: string;
}

/** Shorter than a server may take while its database is away: so some send again what is under way yet. */
const PATIENCE_MS = { least: 500, most: 4_000 };
const PAUSE_MS = { least: 5, most: 60 };

/** The doors of all servers, and who was sent what through which of them. */
export class Doors {
  readonly #seats: readonly Seat[];
  readonly #tries = new Map<Request, Try[]>();
  /** When each server acknowledged something. */
  readonly #acknowledged: readonly number[][];

  constructor(seats: readonly Seat[]) {
    this.#seats = seats;
    this.#acknowledged = seats.map(() => []);
  }

  triesOf(request: Request): readonly Try[] {
    return this.#tries.get(request) ?? [];
  }

  /** A client's: it sends to any of the servers, and again to another, until it is answered. */
  doorOf(random: Random): Door {
    return async (request) => {
      const began = performance.now();
      let last: Seat | undefined;
      while (performance.now() - began < NEVER_MS) {
        const open = this.#seats.filter(({ url }) => url !== undefined);
        const seat = random.pick(open.length > 1 ? open.filter((it) => it !== last) : open);
        const answers = seat && (await this.#try(seat, request, random));
        if (answers) return answers;
        last = seat;
        await pause(random.between(PAUSE_MS.least, PAUSE_MS.most));
      }
      throw new Error("nobody answers");
    };
  }

  /** When the server first acknowledged something after that moment. */
  firstAfter(seat: Seat, moment: number): number | undefined {
    const times = this.#acknowledged[seat.number] ?? [];
    return times.slice(times.findLastIndex((time) => time <= moment) + 1).at(0);
  }

  /** How many requests were acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged.reduce((sum, { length }) => sum + length, 0);
  }

  /** Whether a request was under way at some time between the two. */
  wereBusy(from: number, to: number): boolean {
    const tries = this.#tries.values().flatMap((its) => its);
    return tries.some(({ sent, ended }) => sent < to && ended > from);
  }

  /** Nothing where it stays open what became of the request, or of a command in it. */
  async #try(seat: Seat, request: Request, random: Random): Promise<readonly Answer[] | undefined> {
    const sent = performance.now();
    const note = (outcome: string) => {
      const its = this.#tries.get(request) ?? [];
      this.#tries.set(request, its);
      its.push({ seat: seat.number, sent, ended: performance.now(), outcome });
    };
    try {
      const patience = random.between(PATIENCE_MS.least, PATIENCE_MS.most);
      const answers = await doorTo(seat.url as string, patience)(request);
      note([...new Set(answers.map(({ status }) => status))].join(" and "));
      if (answers.some(({ status }) => status < 300))
        this.#acknowledged[seat.number]?.push(performance.now());
      return answers.some(({ status }) => status === 503) ? undefined : answers;
    } catch (error) {
      const { message, cause } = error as Error;
      note(`${message}${cause === undefined ? "" : `: ${(cause as Error).message}`}`);
      return undefined;
    }
  }
}
