import type { Ms } from "../../domain/fact.ts";

/** When so many fall silent at once that the network is likelier than their death. */
export interface TogetherOptions {
  /** From this part of the open sessions on, 0 to 1, and never fewer than so many. */
  readonly share: number;
  readonly least: number;
  /** For how long nothing follows from it then. */
  readonly freezeSeconds: number;
}

export const TOGETHER: TogetherOptions = { share: 0.5, least: 5, freezeSeconds: 3_600 };

/** Tells the death of some from the silence of many, also where they are worked off page by page. */
export class Together {
  readonly #options: TogetherOptions;
  #recent: { count: number; until: Ms }[] = [];

  constructor(options: TogetherOptions) {
    this.#options = options;
  }

  /** How many of how many fell silent, where that is too many at once to follow from it. */
  judge({ silent, of }: { silent: number; of: number }, now: Ms): { silent: number; of: number } | undefined {
    this.#recent = this.#recent.filter(({ until }) => until > now);
    const before = this.#recent.reduce((sum, { count }) => sum + count, 0);
    const [all, open] = [silent + before, of + before];
    const { share, least, freezeSeconds } = this.#options;
    const isMany = freezeSeconds > 0 && all >= least && all >= share * open;
    return isMany ? { silent: all, of: open } : undefined;
  }

  /** Those that lapsed one after the other within one TTL lapsed at once. */
  lapsed(count: number, now: Ms, ttl: Ms): void {
    this.#recent.push({ count, until: now + ttl });
  }
}
