import type { Ms } from "./fact.ts";

/** Reads what the shape `Instant` let through. */
export function parseInstant(text: string): Ms;
export function parseInstant(text: string | undefined): Ms | undefined;
export function parseInstant(text: string | undefined): Ms | undefined {
  return text === undefined ? undefined : Date.parse(text);
}

/** As all answers tell times: RFC 3339, UTC, milliseconds. */
export const formatInstant = (time: Ms): string => new Date(time).toISOString();
