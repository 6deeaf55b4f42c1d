import type { Obstacle } from "../../domain/reclaim/outlook.ts";
import type { Engine } from "../engine.ts";
import type { ClockWatch } from "./clock-watch.ts";
import type { Shares } from "./shares.ts";
import type { Slots } from "./slots.ts";

/** What came of an attempt or a search, for logs and metrics. */
export interface ReclaimEvent {
  readonly kind:
    | "freed"
    | "failed"
    | "denied"
    | "withdrawn"
    | "not-claimed"
    | "cut-short"
    | "found"
    | "not-found"
    | "never-created"
    | "cannot-tell"
    | "frozen"
    | "thawed"
    | "planned";
  /** Of the resource, the freeze or the plan. */
  readonly id: string;
  readonly claim?: number;
  readonly reason?: string;
}

/** What attempts and searches work with. */
export interface Tools {
  readonly engine: Engine;
  readonly slots: Slots;
  readonly shares: Shares;
  readonly clock: ClockWatch;
  /** Ends early, without a rejection, once the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onEvent: (event: ReclaimEvent) => void;
}

export const saying = (obstacles: readonly Pick<Obstacle, "says">[]): string =>
  obstacles.map(({ says }) => says).join(" ");
