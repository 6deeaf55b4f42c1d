import type { Random } from "../crash/random.ts";
import type { Database } from "./database.ts";
import type { Doors } from "./doors.ts";
import type { Readiness } from "./readiness.ts";
import type { Seat } from "./seat.ts";

/** What can be disturbed, and where it shows. */
export interface Scene {
  readonly database: Database;
  readonly seats: readonly Seat[];
  readonly doors: Doors;
  readonly readiness: readonly Readiness[];
}

/** Disturbs, and puts right again. Returns what was not as it must be meanwhile. */
export type Disturb = (scene: Scene, random: Random) => Promise<readonly string[]>;

export interface Disturbance {
  readonly name: string;
  readonly disturb: Disturb;
}
