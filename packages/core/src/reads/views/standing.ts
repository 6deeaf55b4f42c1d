import { Type } from "typebox";
import type { Defaults } from "../../domain/defaults.ts";
import { formatInstant } from "../../domain/instant.ts";
import { Instant } from "../../domain/shapes.ts";

export interface Moment {
  readonly now: number;
  readonly defaults: Defaults;
  /** When a session was heard last, where that is known. */
  readonly heard?: (session: string) => number | undefined;
}

export const Version = Type.Integer({
  description: "how many facts it has: what a decision on it has `seen`",
});

export const Due = Type.Union([Instant, Type.Null()]);
export const viewDue = (time: number | null) => (time === null ? null : formatInstant(time));

/** A state or a kind, by its name. */
export const oneOf = (names: readonly string[]) => Type.Enum([...names]);
